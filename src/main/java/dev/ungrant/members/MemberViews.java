package dev.ungrant.members;

import dev.ungrant.connectedapps.Grants;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.RoleWords;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Makes what pages show of what members are. */
@Singleton
final class MemberViews {
    private final Policies policies;
    private final Grants grants;
    private final RoleWords roleWords;
    private final Words words;

    MemberViews(Policies policies, Grants grants, RoleWords roleWords, Words words) {
        this.policies = policies;
        this.grants = grants;
        this.roleWords = roleWords;
        this.words = words;
    }

    /** One query for the roles and one for the apps, however many members. */
    List<MemberView> of(
            SessionCaller caller, Organization organization, List<Member> members, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        Map<String, Role> roles = roles(organization);
        Set<String> own = organization.customRoles().stream().map(Role::roleId).collect(Collectors.toSet());
        Map<UUID, Long> apps = policies.permits(caller, Permission.GET_CONNECTED_APPS, organization.organizationId())
                ? grants.counts(
                        caller,
                        organization.organizationId(),
                        members.stream().map(Member::memberId).toList())
                : null;
        return members.stream()
                .map(member -> new MemberView(
                        member,
                        roles(member, roles, own, locale),
                        apps == null ? null : apps.getOrDefault(member.memberId(), 0L),
                        moments.of(member.createdAt()),
                        member.lastSeenAt() == null ? null : moments.of(member.lastSeenAt())))
                .toList();
    }

    MemberView of(SessionCaller caller, Organization organization, Member member, Locale locale, Instant now) {
        return of(caller, organization, List.of(member), locale, now).getFirst();
    }

    /** The roles that there are, by id: the project's and then the organization's own. */
    Map<String, Role> roles(Organization organization) {
        Map<String, Role> roles = new LinkedHashMap<>();
        policies.of(organization.projectId()).roles().forEach(role -> roles.put(role.roleId(), role));
        organization.customRoles().forEach(role -> roles.putIfAbsent(role.roleId(), role));
        roles.remove(Policy.MEMBER_ROLE);
        return roles;
    }

    private List<MemberView.RoleView> roles(Member member, Map<String, Role> known, Set<String> own, Locale locale) {
        Map<String, List<String>> sources = new LinkedHashMap<>();
        member.directRoles()
                .forEach(role ->
                        sources.computeIfAbsent(role, id -> new ArrayList<>()).add(words.say(locale, "role.assigned")));
        String byDomain = words.say(locale, "role.by-domain", EmailDomain.of(member.emailAddress()));
        member.implicitRoles()
                .forEach(role ->
                        sources.computeIfAbsent(role, id -> new ArrayList<>()).add(byDomain));
        return sources.entrySet().stream()
                .filter(role -> !role.getKey().equals(Policy.MEMBER_ROLE))
                .map(role -> view(role.getKey(), known.get(role.getKey()), role.getValue(), own, locale))
                .toList();
    }

    MemberView.RoleView view(String roleId, @Nullable Role role, List<String> sources, Set<String> own, Locale locale) {
        return new MemberView.RoleView(
                roleId, name(roleId, locale), about(role, locale), sources, own.contains(roleId));
    }

    String name(String roleId, Locale locale) {
        return roleWords.name(locale, roleId);
    }

    /** What the role is for; null when nobody has written it, or there is no such role any more. */
    @Nullable
    String about(@Nullable Role role, Locale locale) {
        String about = role == null ? "" : roleWords.about(locale, role);
        return about.isBlank() ? null : about;
    }
}
