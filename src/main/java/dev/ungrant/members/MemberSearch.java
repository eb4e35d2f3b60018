package dev.ungrant.members;

import dev.ungrant.database.Cursor;
import dev.ungrant.database.Search;
import dev.ungrant.database.Searches;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Policy;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The SQL of the member search, which is put together from the filters of contract §4.5. */
@Singleton
final class MemberSearch {
    private static final Searches.Source<Member> SOURCE = new Searches.Source<>(
            Member.class,
            MemberRepository.COLUMNS,
            "members m JOIN organizations o ON o.project_id = m.project_id AND o.organization_id = m.organization_id",
            "m.created_at",
            "m.member_id",
            member -> new Cursor(member.createdAt(), member.memberId()));

    private final Searches searches;

    MemberSearch(Searches searches) {
        this.searches = searches;
    }

    /** @param organizations where to look; at least one */
    Searches.Page<Member> run(List<Organization> organizations, JsonBody body) {
        Search search = new Search(body, ErrorType.MEMBER_SEARCH_INVALID_FILTER);
        search.require(
                Search.in("m.organization_id", "UUID_TO_BIN(?)", organizations.size()),
                organizations.stream().map(Organization::organizationId).toArray());
        search.require("o.project_id = UUID_TO_BIN(?)", organizations.getFirst().projectId());
        if (search.operands().stream().noneMatch(operand -> operand.name().equals("statuses"))) {
            search.require("m.status <> 'DELETED'");
        }
        search.operands().forEach(operand -> filter(search, operand));
        return searches.run(search, SOURCE);
    }

    private static void filter(Search search, Search.Operand operand) {
        switch (operand.name()) {
            case "member_ids" ->
                search.filterIn("m.member_id", "UUID_TO_BIN(?)", WireId.all("member", operand.strings()));
            case "member_emails" ->
                search.filterIn(
                        "m.email_address",
                        "?",
                        operand.strings().stream().map(EmailAddress::normal).toList());
            case "member_email_fuzzy" ->
                search.filter("LOCATE(?, m.email_address) > 0", EmailAddress.normal(operand.fuzzy()));
            case "member_is_breakglass" -> search.filter("m.is_breakglass = ?", operand.bool());
            case "statuses" -> search.filterIn("m.status", "?", statuses(operand));
            case "member_phone_numbers", "member_mfa_phone_numbers" ->
                search.filterIn("m.mfa_phone_number", "?", operand.strings());
            case "member_phone_number_fuzzy", "member_mfa_phone_number_fuzzy" ->
                search.filter("LOCATE(?, m.mfa_phone_number) > 0", operand.fuzzy());
            // Ungrant keeps no passwords.
            case "member_password_exists" -> search.filter(operand.bool() ? "FALSE" : "TRUE");
            case "member_roles" -> roles(search, operand.strings());
            default -> throw operand.unknown();
        }
    }

    private static List<String> statuses(Search.Operand operand) {
        return operand.strings().stream()
                .map(text -> Stream.of(Member.Status.values())
                        .map(Member.Status::name)
                        .filter(text.toUpperCase(Locale.ROOT)::equals)
                        .findFirst()
                        .orElseThrow(() -> operand.invalid("must hold some of active, invited, pending, deleted")))
                .toList();
    }

    private static void roles(Search search, List<String> roleIds) {
        if (roleIds.isEmpty()) {
            search.filter("FALSE");
            return;
        }
        if (roleIds.contains(Policy.MEMBER_ROLE)) {
            search.filter("TRUE");
            return;
        }
        List<Object> values = new ArrayList<>(roleIds);
        values.addAll(roleIds);
        search.filter(holding(roleIds.size()), values.toArray());
    }

    /** That member {@code m} of organization {@code o} holds one of so many roles, assigned or by domain; binds them twice. */
    static String holding(int roles) {
        return """
                EXISTS (SELECT 1 FROM role_assignments r
                  WHERE r.tenant_id = m.organization_id AND r.subject_id = m.member_id AND %s)
                OR EXISTS (SELECT 1 FROM JSON_TABLE(o.settings, '$.rbac_email_implicit_role_assignments[*]'
                    COLUMNS (domain VARCHAR(253) PATH '$.domain', role_id VARCHAR(128) PATH '$.role_id')) d
                  WHERE d.domain = SUBSTRING_INDEX(m.email_address, '@', -1) AND %s)
                """.formatted(Search.in("r.role_id", "?", roles), Search.in("d.role_id", "?", roles));
    }
}
