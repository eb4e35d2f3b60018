package dev.ungrant.organizations;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** The pages under an organization's settings, and who may open which. */
@Singleton
public final class SettingsMenu {
    public static final String GENERAL = "general";
    public static final String ROLES = "roles";
    public static final String SIGN_IN = "sign-in";

    /** What the first page can change: any of it opens the page. */
    static final List<String> GENERAL_ACTIONS = List.of(
            "update.info.name",
            "update.info.slug",
            "update.info.logo-url",
            "update.settings.allowed-domains",
            "update.settings.email-invites");

    private final Policies policies;

    SettingsMenu(Policies policies) {
        this.policies = policies;
    }

    /** Those that the caller may open, in the order in which they are shown; none for a user. */
    public List<String> of(SessionCaller caller) {
        List<String> pages = new ArrayList<>();
        if (caller.subject().isMember()) {
            if (GENERAL_ACTIONS.stream().anyMatch(action -> may(caller, Permission.onOrganization(action)))) {
                pages.add(GENERAL);
            }
            if (may(caller, new Permission("stytch.custom-org-roles", "get"))) {
                pages.add(ROLES);
            }
            if (may(caller, new Permission("stytch.sso", "get"))) {
                pages.add(SIGN_IN);
            }
        }
        return pages;
    }

    /** @throws Problem for whoever may not open the page: not found for a user, who has no organization */
    public List<String> requirePage(SessionCaller caller, String page) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        List<String> pages = of(caller);
        if (!pages.contains(page)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        return pages;
    }

    private boolean may(Caller caller, Permission permission) {
        return policies.permits(
                caller, permission, ((SessionCaller) caller).subject().tenantId());
    }
}
