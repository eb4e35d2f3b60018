package dev.ungrant.organizations;

import dev.ungrant.database.Cursor;
import dev.ungrant.database.Search;
import dev.ungrant.database.Searches;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The SQL of the organization search, which is put together from the filters of contract §4.4. */
@Singleton
final class OrganizationSearch {
    private static final Searches.Source<Organization> SOURCE = new Searches.Source<>(
            Organization.class,
            OrganizationRepository.COLUMNS,
            "organizations o",
            "o.created_at",
            "o.organization_id",
            organization -> new Cursor(organization.createdAt(), organization.organizationId()));

    private static final String HAS_MEMBER = """
            EXISTS (SELECT 1 FROM members m
              WHERE m.organization_id = o.organization_id AND m.status <> 'DELETED' AND %s)
            """;

    private final Searches searches;

    OrganizationSearch(Searches searches) {
        this.searches = searches;
    }

    Searches.Page<Organization> run(UUID projectId, JsonBody body) {
        Search search = new Search(body, ErrorType.ORGANIZATION_SEARCH_INVALID_FILTER);
        search.require("o.project_id = UUID_TO_BIN(?) AND o.live = 1", projectId);
        search.operands().forEach(operand -> filter(search, operand));
        return searches.run(search, SOURCE);
    }

    /** Those that go by one of the references. */
    List<Organization> all(UUID projectId, List<String> references) {
        Search search = new Search(new JsonBody(Map.of("limit", 1000)), ErrorType.BAD_REQUEST);
        search.require("o.project_id = UUID_TO_BIN(?) AND o.live = 1", projectId);
        List<Object> values = new ArrayList<>(WireId.all("organization", references));
        String byId = values.isEmpty() ? "FALSE" : Search.in("o.organization_id", "UUID_TO_BIN(?)", values.size());
        values.addAll(references);
        values.addAll(references);
        search.require(
                "(%s OR %s OR %s)"
                        .formatted(
                                byId,
                                Search.in("o.external_id", "?", references.size()),
                                Search.in("o.slug", "?", references.size())),
                values.toArray());
        return searches.run(search, SOURCE).results();
    }

    private static void filter(Search search, Search.Operand operand) {
        switch (operand.name()) {
            case "organization_ids" ->
                search.filterIn("o.organization_id", "UUID_TO_BIN(?)", WireId.all("organization", operand.strings()));
            case "organization_slugs" -> search.filterIn("o.slug", "?", operand.strings());
            case "organization_name_fuzzy" -> search.filter("LOCATE(?, o.name) > 0", operand.fuzzy());
            case "organization_slug_fuzzy" -> search.filter("LOCATE(?, o.slug) > 0", operand.fuzzy());
            case "member_emails" -> {
                List<String> addresses =
                        operand.strings().stream().map(EmailAddress::normal).toList();
                if (addresses.isEmpty()) {
                    search.filter("FALSE");
                } else {
                    search.filter(
                            HAS_MEMBER.formatted(Search.in("m.email_address", "?", addresses.size())),
                            addresses.toArray());
                }
            }
            case "member_email_fuzzy" ->
                search.filter(
                        HAS_MEMBER.formatted("LOCATE(?, m.email_address) > 0"), EmailAddress.normal(operand.fuzzy()));
            case "allowed_domains" -> domains(search, "email_allowed_domains", operand.stringOrStrings());
            case "claimed_email_domains" -> domains(search, "claimed_email_domains", operand.stringOrStrings());
            case "allowed_domain_fuzzy" -> search.filter("""
                        EXISTS (SELECT 1 FROM JSON_TABLE(o.settings, '$.email_allowed_domains[*]'
                          COLUMNS (domain VARCHAR(253) PATH '$')) d WHERE LOCATE(?, d.domain) > 0)
                        """, operand.fuzzy().toLowerCase(Locale.ROOT));
            // Ungrant keeps no connections to other sign-on services.
            case "has_active_sso_connection" -> search.filter(operand.bool() ? "FALSE" : "TRUE");
            case "sso_connection_id" -> {
                operand.string();
                search.filter("FALSE");
            }
            default -> throw operand.unknown();
        }
    }

    private static void domains(Search search, String setting, List<String> domains) {
        if (domains.isEmpty()) {
            search.filter("FALSE");
            return;
        }
        String condition = "? MEMBER OF (o.settings->'$." + setting + "')";
        search.filter(
                String.join(" OR ", java.util.Collections.nCopies(domains.size(), condition)),
                domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toArray());
    }
}
