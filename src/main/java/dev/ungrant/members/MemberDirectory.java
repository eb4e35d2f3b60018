package dev.ungrant.members;

import dev.ungrant.database.Keyset;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.PageCursor;
import dev.ungrant.web.Paged;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The members of one organization, page by page: one statement for the page and one for the total, however many there are. */
@Singleton
final class MemberDirectory {
    static final int PAGE = 25;

    /** What stands for never in the order of last use. */
    static final Instant NEVER = Instant.EPOCH;

    private static final String FROM = """
             FROM organizations o JOIN members m%s
              ON m.organization_id = UUID_TO_BIN(?) AND m.project_id = o.project_id
            WHERE o.project_id = UUID_TO_BIN(?) AND o.organization_id = UUID_TO_BIN(?) AND o.deleted_at IS NULL
            """;

    private final JdbcOperations jdbc;
    private final ConnectionOperations<Connection> connections;
    private final Policies policies;

    MemberDirectory(JdbcOperations jdbc, ConnectionOperations<Connection> connections, Policies policies) {
        this.jdbc = jdbc;
        this.connections = connections;
        this.policies = policies;
    }

    /** @throws Problem 403 when the caller may not search members */
    Paged<Member> page(Caller caller, Organization organization, MemberFilter filter, @Nullable PageCursor cursor) {
        if (!policies.permits(caller, Permission.onMember("search"), organization.organizationId())) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
        Conditions conditions = conditions(organization, filter);
        return connections.executeRead(connection -> Paged.of(
                cursor, PAGE, count(conditions), (from, limit) -> read(filter, conditions, from, limit), filter::keys));
    }

    /** What stands after FROM, and what it binds. */
    private record Conditions(String text, List<Object> values) {}

    private static Conditions conditions(Organization organization, MemberFilter filter) {
        StringBuilder text = new StringBuilder(FROM);
        List<Object> values = new ArrayList<>(
                List.of(organization.organizationId(), organization.projectId(), organization.organizationId()));
        if (filter.status().isEmpty()) {
            text.append(" AND m.status <> 'DELETED'");
        } else {
            text.append(" AND m.status = ?");
            values.add(status(filter.status()).name());
        }
        if (!filter.search().isEmpty()) {
            // Of the name whatever its accents and capitals; addresses are kept in lower case.
            text.append(" AND (m.name LIKE ? OR m.email_address LIKE ?)");
            values.addAll(List.of(anywhere(filter.search()), anywhere(EmailAddress.normal(filter.search()))));
        }
        if (!filter.role().isEmpty()) {
            text.append(" AND (").append(MemberSearch.holding(1)).append(')');
            values.addAll(List.of(filter.role(), filter.role()));
        }
        return new Conditions(text.toString(), values);
    }

    /** LOCATE would compare bytes, and find no é for an e. */
    private static String anywhere(String text) {
        return '%' + text.replaceAll("([\\\\%_])", "\\\\$1") + '%';
    }

    static Member.Status status(String word) {
        return switch (word) {
            case "invited" -> Member.Status.INVITED;
            case "pending" -> Member.Status.PENDING;
            case "deactivated" -> Member.Status.DELETED;
            default -> Member.Status.ACTIVE;
        };
    }

    private List<Member> read(MemberFilter filter, Conditions conditions, @Nullable PageCursor cursor, int limit) {
        Keyset keyset = filter.keyset();
        String sql = "SELECT " + MemberRepository.COLUMNS
                // The order decides: statistics lag, and a sort of everybody would be paid for each page.
                + conditions.text().formatted(" FORCE INDEX (" + filter.index() + ')')
                + keyset.condition(cursor) + keyset.order(cursor) + " LIMIT ?";
        List<Object> values = new ArrayList<>(conditions.values());
        values.addAll(Keyset.values(cursor));
        values.add(limit);
        return jdbc.prepareStatement(sql, statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return jdbc.entityStream(rows, Member.class).toList();
            }
        });
    }

    private long count(Conditions conditions) {
        String sql = "SELECT COUNT(*)" + conditions.text().formatted("");
        return jdbc.prepareStatement(sql, statement -> {
            bind(statement, conditions.values());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            statement.setObject(i + 1, value instanceof UUID id ? id.toString() : value);
        }
    }

    /** As MySQL reads it, to the microsecond. */
    static String time(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
}
