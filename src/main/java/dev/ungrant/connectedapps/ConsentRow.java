package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * The last word between a subject and an app.
 *
 * @param revoked true when it was taken back
 * @param expired true when its end date has passed
 * @param askedAgain true when somebody who answers for the person wants them to say yes again
 */
@MappedEntity("grants")
record ConsentRow(
        UUID grantId,
        String scopes,
        boolean revoked,
        boolean expired,
        boolean askedAgain,
        @Nullable EndReason revokedWhy) {
    /** Whether the yes that left it still counts. */
    boolean stands() {
        return !revoked && !expired && !askedAgain;
    }
}
