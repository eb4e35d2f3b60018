package dev.ungrant.members;

import dev.ungrant.rbac.Policy;
import dev.ungrant.web.EmailDomain;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A role of a member and where it comes from (contract §4.5). */
@Serdeable(naming = SnakeCaseStrategy.class)
public record RoleJson(String roleId, List<Source> sources) {
    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Source(String type, Map<String, String> details) {}

    private static final Source DIRECT = new Source("direct_assignment", Map.of());

    static List<RoleJson> of(Member member) {
        Map<String, List<Source>> sources = new LinkedHashMap<>();
        sources.put(Policy.MEMBER_ROLE, new ArrayList<>(List.of(DIRECT)));
        member.directRoles().forEach(roleId -> add(sources, roleId, DIRECT));
        Source byEmail = new Source("email_assignment", Map.of("email_domain", EmailDomain.of(member.emailAddress())));
        member.implicitRoles().forEach(roleId -> add(sources, roleId, byEmail));
        return sources.entrySet().stream()
                .map(role -> new RoleJson(role.getKey(), role.getValue()))
                .toList();
    }

    private static void add(Map<String, List<Source>> sources, String roleId, Source source) {
        sources.computeIfAbsent(roleId, id -> new ArrayList<>()).add(source);
    }
}
