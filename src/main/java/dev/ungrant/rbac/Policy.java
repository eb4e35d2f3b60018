package dev.ungrant.rbac;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All roles, resources and scopes of a project (contract §9): the built-in ones and what the project adds. A project
 * may add actions to a built-in role under the same {@code role_id}, never take some away.
 */
@Serdeable(naming = SnakeCaseStrategy.class)
public record Policy(List<Role> roles, List<Resource> resources, List<Scope> scopes) {
    public static final String MEMBER_ROLE = "stytch_member";
    public static final String ADMIN_ROLE = "stytch_admin";
    public static final String USER_ROLE = "stytch_user";

    public static final Policy EMPTY = new Policy(List.of(), List.of(), List.of());

    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Resource(String resourceId, String description, List<String> actions) {}

    /** A scope that an app can be given, and the permissions its subject must hold to give it. */
    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Scope(String scope, String description, List<Role.ResourceActions> permissions) {}

    private static final List<String> PERSONAL_ACTIONS = List.of(
            "update.info.name",
            "update.info.untrusted-metadata",
            "update.info.mfa-phone",
            "update.info.email",
            "update.info.unlink.retired-email",
            "update.info.delete.mfa-phone",
            "update.info.delete.mfa-totp",
            "update.info.delete.password",
            "update.settings.mfa-enrolled",
            "update.settings.default-mfa-method",
            "delete",
            "revoke-sessions",
            "get.connected-apps",
            "revoke.connected-app");

    private static final List<Resource> BUILT_IN_RESOURCES = List.of(
            new Resource(Permission.SELF, "The member's own person", PERSONAL_ACTIONS),
            new Resource(
                    Permission.MEMBER,
                    "Any member of the organization",
                    plus(
                            PERSONAL_ACTIONS,
                            "create",
                            "search",
                            "update.settings.is-breakglass",
                            "update.settings.roles")),
            new Resource(
                    Permission.ORGANIZATION,
                    "The organization itself",
                    List.of(
                            "update.info.name",
                            "update.info.slug",
                            "update.info.logo-url",
                            "update.settings.allowed-auth-methods",
                            "update.settings.allowed-mfa-methods",
                            "update.settings.email-jit-provisioning",
                            "update.settings.email-invites",
                            "update.settings.allowed-domains",
                            "update.settings.default-sso-connection",
                            "update.settings.sso-jit-provisioning",
                            "update.settings.mfa-policy",
                            "update.settings.implicit-roles",
                            "update.settings.oauth-tenant-jit-provisioning",
                            "update.settings.allowed-oauth-tenants",
                            "update.settings.connected-apps",
                            "get.connected-apps",
                            "delete")),
            new Resource("stytch.sso", "Single sign-on connections", List.of("create", "get", "update", "delete")),
            new Resource("stytch.scim", "SCIM connections", List.of("create", "get", "update", "delete")),
            new Resource(
                    "stytch.custom-org-roles",
                    "Roles that the organization defines itself",
                    List.of("create", "get", "update", "delete")),
            new Resource("ungrant.activity", "What happened in the organization", List.of("get")));

    private static final Map<String, Role> BUILT_IN_MEMBER_ROLES = Map.of(
            MEMBER_ROLE,
            new Role(MEMBER_ROLE, "Every member", List.of(new Role.ResourceActions(Permission.SELF, List.of("*")))),
            ADMIN_ROLE,
            new Role(
                    ADMIN_ROLE,
                    "Administrator of the organization",
                    BUILT_IN_RESOURCES.stream()
                            .map(resource -> new Role.ResourceActions(resource.resourceId(), List.of("*")))
                            .toList()));

    private static final Role BUILT_IN_USER_ROLE =
            new Role(USER_ROLE, "Every user", List.of(new Role.ResourceActions(Permission.SELF, List.of("*"))));

    /** The built-in policy of a B2B project. */
    public static final Policy MEMBERS = new Policy(
            List.of(BUILT_IN_MEMBER_ROLES.get(MEMBER_ROLE), BUILT_IN_MEMBER_ROLES.get(ADMIN_ROLE)),
            BUILT_IN_RESOURCES,
            List.of());

    /** The built-in policy of a consumer project. */
    public static final Policy USERS =
            new Policy(List.of(BUILT_IN_USER_ROLE), BUILT_IN_RESOURCES.subList(0, 1), List.of());

    /** Whether there is such a resource, with all these actions. */
    boolean knows(Role.ResourceActions rule) {
        return resources.stream()
                .filter(resource -> resource.resourceId().equals(rule.resourceId()))
                .anyMatch(resource -> rule.actions().stream()
                        .allMatch(action ->
                                action.equals("*") || resource.actions().contains(action)));
    }

    /** Whether the action is one of those on {@code stytch.self}. */
    static boolean isPersonal(String action) {
        return PERSONAL_ACTIONS.contains(action);
    }

    /** This policy with what {@code other} adds; roles of the same id are joined. */
    public Policy plus(Policy other) {
        List<Role> joined = new ArrayList<>(roles);
        for (Role added : other.roles) {
            joined.replaceAll(role -> role.roleId().equals(added.roleId())
                    ? new Role(role.roleId(), role.description(), concat(role.permissions(), added.permissions()))
                    : role);
            if (joined.stream().noneMatch(role -> role.roleId().equals(added.roleId()))) {
                joined.add(added);
            }
        }
        return new Policy(List.copyOf(joined), concat(resources, other.resources), concat(scopes, other.scopes));
    }

    /** The ids of those of {@code held} roles that grant the permission, in the policy's order. */
    public List<String> grantingRoles(Iterable<String> held, List<Role> customRoles, Permission permission) {
        List<String> granting = new ArrayList<>();
        for (String roleId : held) {
            if (concat(roles, customRoles).stream()
                    .anyMatch(role -> role.roleId().equals(roleId) && role.grants(permission))) {
                granting.add(roleId);
            }
        }
        return granting;
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private static List<String> plus(List<String> actions, String... more) {
        return concat(actions, List.of(more));
    }
}
