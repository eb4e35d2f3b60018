package dev.ungrant.logos;

import java.util.Optional;
import java.util.UUID;

/** What {@link Logos} has to know of those whose pictures it keeps: one bean for each kind of them. */
public interface LogoOwners {
    /** The kinds, as the column {@code owner_kind} has them. */
    enum Kind {
        APP,
        ORGANIZATION
    }

    Kind kind();

    /** Where the picture is that may be shown of it now; empty when there is to be none, or when it is gone. */
    Optional<String> address(UUID projectId, UUID ownerId);

    /** Copies the hash that the picture's row has now, or null, into the owner's row, which is what pages read. */
    void show(UUID projectId, UUID ownerId);
}
