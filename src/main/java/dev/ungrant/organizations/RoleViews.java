package dev.ungrant.organizations;

import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.RoleWords;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Roles and permissions in words, for the pages about them. */
@Singleton
final class RoleViews {
    /** Everybody has these of their own person; a role cannot give more of them. */
    private static final String SELF = Permission.SELF;

    /** Ungrant provisions nobody by SCIM, so nobody is offered to let others set it up. */
    private static final String SCIM = "stytch.scim";

    /** What only pages of the host act on; kept apart, so that the rest can be read. */
    private static final Set<String> RARE = Set.of(
            "update.info.untrusted-metadata",
            "update.info.mfa-phone",
            "update.info.unlink.retired-email",
            "update.info.delete.mfa-phone",
            "update.info.delete.mfa-totp",
            "update.info.delete.password",
            "update.settings.mfa-enrolled",
            "update.settings.default-mfa-method",
            "update.settings.allowed-auth-methods",
            "update.settings.allowed-mfa-methods",
            "update.settings.email-jit-provisioning",
            "update.settings.default-sso-connection",
            "update.settings.mfa-policy",
            "update.settings.oauth-tenant-jit-provisioning",
            "update.settings.allowed-oauth-tenants");

    private static final int SHOWN = 3;

    private final Policies policies;
    private final CustomRoles roles;
    private final RoleWords roleWords;
    private final Words words;

    RoleViews(Policies policies, CustomRoles roles, RoleWords roleWords, Words words) {
        this.policies = policies;
        this.roles = roles;
        this.roleWords = roleWords;
        this.words = words;
    }

    /**
     * A role as the list shows it.
     *
     * @param name what people call it
     * @param able the first things that it lets its holders do
     * @param more how many more there are
     * @param holders to how many members it was given; below 0: everybody has it
     * @param domains members with an address there hold it too
     */
    record Line(String id, String name, String about, List<String> able, int more, long holders, String domains) {}

    /** @param all what stands for everything about the resource, also what comes later; null when it is not offered */
    record Group(String title, Box all, List<Box> boxes, List<Box> rare) {}

    /** @param known false when nobody has written words for it, so that its id is shown */
    record Box(String value, String sentence, boolean known, boolean checked) {}

    List<Line> builtIn(Organization organization, Locale locale, Map<String, Long> holders) {
        return Policy.MEMBERS.roles().stream()
                .map(role -> line(organization, role, locale, holders))
                .toList();
    }

    /** Those of the project that are not built in. */
    List<Line> ofProject(Organization organization, Locale locale, Map<String, Long> holders) {
        Set<String> builtIn =
                Set.copyOf(Policy.MEMBERS.roles().stream().map(Role::roleId).toList());
        return policies.of(organization.projectId()).roles().stream()
                .filter(role -> !builtIn.contains(role.roleId()))
                .map(role -> line(organization, role, locale, holders))
                .toList();
    }

    List<Line> own(Organization organization, Locale locale, Map<String, Long> holders) {
        return organization.customRoles().stream()
                .map(role -> line(organization, role, locale, holders))
                .toList();
    }

    private Line line(Organization organization, Role role, Locale locale, Map<String, Long> holders) {
        List<String> able = role.permissions().stream()
                // A role that has words of its own needs no list.
                .filter(rule -> !roleWords.isBuiltIn(role.roleId()) && !isHidden(rule.resourceId()))
                .flatMap(rule -> rule.actions().stream().map(action -> sentence(rule.resourceId(), action, locale)))
                .toList();
        boolean everybody = role.roleId().equals(Policy.MEMBER_ROLE);
        return new Line(
                role.roleId(),
                roleWords.name(locale, role.roleId()),
                roleWords.about(locale, role),
                able.subList(0, Math.min(SHOWN, able.size())),
                Math.max(0, able.size() - SHOWN),
                everybody ? -1 : holders.getOrDefault(role.roleId(), 0L),
                Series.names(
                        words,
                        locale,
                        organization.settings().rbacEmailImplicitRoleAssignments().stream()
                                .filter(rule -> rule.roleId().equals(role.roleId()))
                                .map(ImplicitRole::domain)
                                .toList()));
    }

    /** What the caller can put into the role or leave in it. */
    List<Group> groups(SessionCaller caller, Role role, Locale locale) {
        List<Group> groups = new ArrayList<>();
        for (Policy.Resource resource : policies.of(caller.projectId()).resources()) {
            String id = resource.resourceId();
            List<Box> boxes = Stream.concat(Stream.of("*"), resource.actions().stream())
                    .filter(action -> !isHidden(id))
                    .filter(action ->
                            names(role, id, action) || policies.mayHandOut(caller, new Permission(id, action)))
                    .map(action -> box(role, id, action, locale))
                    .toList();
            if (!boxes.isEmpty()) {
                boolean all = boxes.getFirst().value().endsWith(" *");
                List<Box> single = boxes.subList(all ? 1 : 0, boxes.size());
                groups.add(new Group(
                        words.find(locale, "resource." + id)
                                .orElse(resource.description().isBlank() ? id : resource.description()),
                        all ? boxes.getFirst() : null,
                        single.stream().filter(box -> !isRare(box)).toList(),
                        single.stream().filter(RoleViews::isRare).toList()));
            }
        }
        return groups;
    }

    /** The role with what was ticked; what the form does not show stays as it is. */
    Role ticked(SessionCaller caller, Role shown, String description, Set<String> values) {
        List<Role.ResourceActions> rules = new ArrayList<>();
        shown.permissions().stream().filter(rule -> isHidden(rule.resourceId())).forEach(rules::add);
        for (Policy.Resource resource : policies.of(caller.projectId()).resources()) {
            String id = resource.resourceId();
            List<String> actions = Stream.concat(Stream.of("*"), resource.actions().stream())
                    .filter(action -> !isHidden(id) && values.contains(value(id, action)))
                    .toList();
            if (!actions.isEmpty()) {
                rules.add(new Role.ResourceActions(id, actions));
            }
        }
        return new Role(shown.roleId(), description, rules);
    }

    boolean may(SessionCaller caller, String action) {
        return roles.may(caller, action, caller.subject().tenantId());
    }

    private static boolean isHidden(String resourceId) {
        return resourceId.equals(SELF) || resourceId.equals(SCIM);
    }

    private static boolean isRare(Box box) {
        return box.value().startsWith("stytch.")
                && RARE.contains(box.value().substring(box.value().indexOf(' ') + 1));
    }

    private Box box(Role role, String resourceId, String action, Locale locale) {
        String sentence = sentence(resourceId, action, locale);
        return new Box(
                value(resourceId, action),
                sentence,
                !sentence.equals(value(resourceId, action)),
                names(role, resourceId, action));
    }

    private String sentence(String resourceId, String action, Locale locale) {
        if (action.equals("*")) {
            return words.find(locale, "permission." + resourceId + ".all")
                    .orElseGet(() -> words.say(locale, "permission.all", resourceId));
        }
        return words.find(locale, "permission." + resourceId + '.' + action).orElse(value(resourceId, action));
    }

    private static boolean names(Role role, String resourceId, String action) {
        return role.permissions().stream()
                .anyMatch(rule ->
                        rule.resourceId().equals(resourceId) && rule.actions().contains(action));
    }

    private static String value(String resourceId, String action) {
        return resourceId + ' ' + action;
    }
}
