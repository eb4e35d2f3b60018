package dev.ungrant.rbac;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An action on a resource, spelled as the clients spell it (contract §9). {@link #onSelf()} is the same action on the
 * caller's own person.
 */
public record Permission(String resourceId, String action) {
    public static final String SELF = "stytch.self";
    public static final String MEMBER = "stytch.member";
    public static final String ORGANIZATION = "stytch.organization";

    public static final Permission GET_CONNECTED_APPS = new Permission(MEMBER, "get.connected-apps");
    public static final Permission REVOKE_CONNECTED_APP = new Permission(MEMBER, "revoke.connected-app");
    public static final Permission GET_ORGANIZATION_CONNECTED_APPS = new Permission(ORGANIZATION, "get.connected-apps");
    public static final Permission UPDATE_CONNECTED_APP_POLICY =
            new Permission(ORGANIZATION, "update.settings.connected-apps");

    /** To read what happened in the organization: ours, not the contract's. */
    public static final Permission GET_ACTIVITY = new Permission("ungrant.activity", "get");

    public static Permission onMember(String action) {
        return new Permission(MEMBER, action);
    }

    public static Permission onOrganization(String action) {
        return new Permission(ORGANIZATION, action);
    }

    /** {@code stytch.self:get.connected-apps} */
    public String text() {
        return resourceId + ':' + action;
    }

    /** @param texts as {@link #text()} has them */
    public static Set<Permission> all(Collection<String> texts) {
        return texts.stream()
                .map(text -> text.split(":", 2))
                .map(parts -> new Permission(parts[0], parts[1]))
                .collect(Collectors.toSet());
    }

    public Permission onSelf() {
        return new Permission(SELF, action);
    }
}
