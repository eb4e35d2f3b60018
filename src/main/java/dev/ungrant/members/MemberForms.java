package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Form;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads and draws the forms that make and change members. */
@Singleton
final class MemberForms {
    private final MemberViews views;
    private final Policies policies;
    private final Words words;

    MemberForms(MemberViews views, Policies policies, Words words) {
        this.views = views;
        this.policies = policies;
        this.words = words;
    }

    /**
     * A role in a form.
     *
     * @param description null: nobody has written one
     * @param ticked assigned, or to be
     * @param fixed not for this person to give or take away
     * @param implicit by which domain the member has it anyway; null: by none
     */
    record Choice(
            String id,
            String name,
            @Nullable String description,
            boolean own,
            boolean ticked,
            boolean fixed,
            @Nullable String implicit) {}

    /** @param wrong what is wrong with what was typed, in words; null: nothing */
    record Typed(
            String name,
            String email,
            boolean invite,
            int days,
            @Nullable String wrong) {
        static final Typed NOTHING = new Typed("", "", true, Invitations.DAYS.getLast(), null);

        static Typed of(Form form, @Nullable String wrong) {
            return new Typed(
                    form.text("name"),
                    form.text("email"),
                    !form.text("how").equals("create"),
                    MemberForms.days(form),
                    wrong);
        }
    }

    static int days(Form form) {
        String days = form.text("days");
        return Invitations.DAYS.stream()
                .filter(offered -> offered.toString().equals(days))
                .findFirst()
                .orElse(Invitations.DAYS.getLast());
    }

    /** @param ticked the roles that are ticked in the form */
    List<Choice> roles(
            SessionCaller caller,
            Organization organization,
            @Nullable Member member,
            Set<String> ticked,
            Locale locale) {
        Set<String> own = new HashSet<>();
        organization.customRoles().forEach(role -> own.add(role.roleId()));
        List<String> implicit = member == null ? List.of() : member.implicitRoles();
        return views.roles(organization).values().stream()
                .map(role -> choice(caller, organization, role, ticked, own, implicit, locale))
                .toList();
    }

    private Choice choice(
            SessionCaller caller,
            Organization organization,
            Role role,
            Set<String> ticked,
            Set<String> own,
            List<String> implicit,
            Locale locale) {
        String id = role.roleId();
        return new Choice(
                id,
                views.name(id, locale),
                views.about(role, locale),
                own.contains(id),
                ticked.contains(id),
                !mayGive(caller, organization, id),
                implicit.contains(id) ? words.say(locale, "role.anyway") : null);
    }

    private boolean mayGive(SessionCaller caller, Organization organization, String roleId) {
        return policies.mayGive(caller, organization.customRoles(), List.of(roleId));
    }

    /** What the form of a new member asks for. */
    JsonBody toCreate(Form form) {
        Map<String, Object> body = new HashMap<>();
        body.put("email_address", form.text("email"));
        if (!form.text("name").isEmpty()) {
            body.put("name", form.text("name"));
        }
        if (!form.all("role").isEmpty()) {
            body.put("roles", List.copyOf(form.all("role")));
        }
        return new JsonBody(body);
    }

    /**
     * What the form changes about the member, and nothing else: what is not asked for needs no permission. Roles that are not
     * for the caller to take away stay, since a browser does not send what was drawn as fixed.
     */
    JsonBody toChange(SessionCaller caller, Organization organization, Member member, Form form) {
        Map<String, Object> body = new HashMap<>();
        if (form.has("name") && !form.text("name").equals(member.name())) {
            body.put("name", form.text("name"));
        }
        if (form.has("roles")) {
            List<String> wanted = new ArrayList<>(new HashSet<>(form.all("role")));
            member.directRoles().stream()
                    .filter(role -> !wanted.contains(role) && !mayGive(caller, organization, role))
                    .forEach(wanted::add);
            if (!Set.copyOf(wanted).equals(Set.copyOf(member.directRoles()))) {
                // An empty list would leave them as they are; the role that everybody has stands for none.
                body.put("roles", wanted.isEmpty() ? List.of(Policy.MEMBER_ROLE) : wanted);
            }
        }
        return new JsonBody(body);
    }
}
