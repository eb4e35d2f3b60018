package dev.ungrant.rbac;

import java.util.List;
import java.util.Locale;

/** The pages about an organization, in the order of its menu, and what lets somebody open each: any one of the permissions. */
public enum Section {
    APPS(Permission.GET_ORGANIZATION_CONNECTED_APPS),
    MEMBERS(Permission.onMember("search")),
    POLICY(Permission.UPDATE_CONNECTED_APP_POLICY),
    ORIGINS(Permission.UPDATE_CONNECTED_APP_POLICY),
    ACTIVITY(Permission.GET_ACTIVITY),
    SETTINGS(
            Permission.onOrganization("update.info.name"),
            Permission.onOrganization("update.info.slug"),
            Permission.onOrganization("update.info.logo-url"),
            Permission.onOrganization("update.settings.allowed-domains"),
            new Permission("stytch.sso", "get"),
            new Permission("stytch.custom-org-roles", "get"));

    private final List<Permission> permissions;

    Section(Permission... anyOf) {
        this.permissions = List.of(anyOf);
    }

    public List<Permission> permissions() {
        return permissions;
    }

    /** The word of the page's address, {@code /organization/<word>}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
