package dev.ungrant.rbac;

import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every role that a subject holds now: the one that everybody has, those by e-mail domain, those assigned. */
@Singleton
public final class HeldRoles {
    private static final Argument<List<Map<String, Object>>> RULES =
            Argument.listOf(Argument.mapOf(String.class, Object.class));

    private final SubjectRepository repository;
    private final Json json;

    HeldRoles(SubjectRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** The subject with its roles, in one query; empty when the subject or its organization is gone. */
    public Optional<Person> person(Subject subject) {
        Optional<SubjectRow> row = subject.isMember()
                ? repository.member(subject.tenantId(), subject.id())
                : repository.user(subject.tenantId(), subject.id());
        return row.map(found -> new Person(
                subject,
                found.emailAddress(),
                found.emailVerified(),
                found.name(),
                found.givenName(),
                found.middleName(),
                found.familyName(),
                found.phoneNumber(),
                of(subject.kind(), found.assigned(), found.implicitRoles(), found.emailAddress()),
                customRoles(found.customRoles()),
                found.organizationSlug()));
    }

    /**
     * @param assigned role ids as a JSON array; null: none
     * @param implicitRoles the organization's {@code [{domain, role_id}]}; null: none
     */
    public Set<String> of(
            Subject.Kind kind,
            @Nullable String assigned,
            @Nullable String implicitRoles,
            @Nullable String emailAddress) {
        Set<String> roles = new LinkedHashSet<>();
        roles.add(kind == Subject.Kind.MEMBER ? Policy.MEMBER_ROLE : Policy.USER_ROLE);
        if (assigned != null) {
            roles.addAll(json.strings(assigned));
        }
        if (implicitRoles != null && emailAddress != null) {
            String domain =
                    emailAddress.substring(emailAddress.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
            json.read(implicitRoles, RULES).stream()
                    .map(JsonBody::new)
                    .filter(rule -> rule.string("domain").filter(domain::equals).isPresent())
                    .forEach(rule -> rule.string("role_id").ifPresent(roles::add));
        }
        return roles;
    }

    /** @param customRoles the organization's column; null: none */
    public List<Role> customRoles(@Nullable String customRoles) {
        return customRoles == null ? List.of() : json.read(customRoles, Argument.listOf(Role.class));
    }
}
