package dev.ungrant.embed;

import dev.ungrant.rbac.Permission;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a host may let a person do in its frame. A host never gives more than the person has. */
public enum Capability {
    SELF_VIEW(List.of(Permission.GET_CONNECTED_APPS.onSelf())),
    SELF_REVOKE(List.of(Permission.REVOKE_CONNECTED_APP.onSelf())),
    /** Named so that a host which asks for it hears why not: what concerns others is done in the portal itself. */
    ADMIN_VIEW(List.of()),
    ADMIN_REVOKE(List.of());

    public static final Set<Capability> USUAL = Set.copyOf(EnumSet.of(SELF_VIEW, SELF_REVOKE));

    private final List<Permission> permissions;

    Capability(List<Permission> permissions) {
        this.permissions = permissions;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** On the own person; these are what the session may use. */
    List<Permission> permissions() {
        return permissions;
    }

    /** @throws Problem {@code embed_capability_not_available} */
    static Set<Capability> read(List<String> names) {
        List<Capability> read = new ArrayList<>();
        for (String name : names) {
            read.add(List.of(values()).stream()
                    .filter(capability -> capability.wireName().equals(name) && !capability.permissions.isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new Problem(
                            ErrorType.EMBED_CAPABILITY_NOT_AVAILABLE,
                            "A frame can be given self_view and self_revoke; \"" + shortened(name)
                                    + "\" is not available.")));
        }
        return read.isEmpty() ? USUAL : EnumSet.copyOf(read);
    }

    private static String shortened(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40);
    }
}
