package dev.ungrant.rbac;

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

    public Permission onSelf() {
        return new Permission(SELF, action);
    }
}
