package dev.ungrant.demo;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Transactions;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Requires;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * A large organization: its admin, its apps and itself are made by verbs, the crowd is written in batches. The same numbers
 * make the same names and grants.
 */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class CrowdStage {
    private static final int BATCH = 2000;
    private static final String[] SCOPES = {
        "openid profile",
        "openid email",
        "openid profile email offline_access",
        "openid contacts:read",
        "openid calendar:write"
    };
    private static final String[] ACTIONS = {"session.begun", "member.updated"};

    private final Organizations organizations;
    private final Members members;
    private final ConnectedApps apps;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final JdbcOperations jdbc;

    CrowdStage(
            Organizations organizations,
            Members members,
            ConnectedApps apps,
            AuditLog auditLog,
            Transactions transactions,
            JdbcOperations jdbc) {
        this.organizations = organizations;
        this.members = members;
        this.apps = apps;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.jdbc = jdbc;
    }

    /** @param admin what stands before the @ of the admin's address, by which the demo signs them in */
    record Made(Organization organization, String admin) {}

    Made make(Crowd crowd, String projectWireId) {
        UUID projectId = WireId.parse("project", projectWireId).orElseThrow();
        ProjectCaller backend =
                new ProjectCaller(projectId, new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), ""));
        String mark = Long.toString(System.currentTimeMillis() / 1000, 36);
        Organization organization = organizations.create(
                backend,
                new JsonBody(Map.of("organization_name", "Initech " + mark, "organization_slug", "initech-" + mark)));
        Member admin = members.create(
                backend,
                organization,
                new JsonBody(Map.of(
                        "email_address",
                        "max-" + mark + "@initech.example",
                        "name",
                        "Max Berg",
                        "roles",
                        List.of(Policy.ADMIN_ROLE))));
        UUID[] people = new UUID[crowd.members()];
        people[0] = admin.memberId();
        ConnectedApp[] catalogue = new ConnectedApp[crowd.apps()];
        Progress.over("Apps", crowd.apps(), 50, from -> apps(backend, catalogue, from));
        Random random = new Random(crowd.members());
        Progress.over("Members", crowd.members(), BATCH, from -> members(organization, people, from, mark, random));
        grants(crowd, organization, people, catalogue, random);
        Progress.over("Events", crowd.events(), BATCH, from -> events(crowd, organization, people, from, random));
        transactions.write(() -> jdbc.prepareStatement(
                "ANALYZE TABLE members, grants, connected_apps, audit_events", statement -> statement.execute()));
        return new Made(organization, "max-" + mark);
    }

    private int apps(ProjectCaller backend, ConnectedApp[] catalogue, int from) {
        int until = Math.min(from + 50, catalogue.length);
        for (int i = from; i < until; i++) {
            AppDraft draft = AppDraft.blank(
                    backend.projectId(),
                    i % 9 == 0 ? ClientType.FIRST_PARTY : ClientType.THIRD_PARTY,
                    TokenFormat.OPAQUE);
            draft.name = "App %03d".formatted(i + 1);
            draft.redirectUrls = "[\"https://app-" + i + ".example/callback\"]";
            draft.publisherUrl = "https://app-" + i + ".example";
            catalogue[i] = apps.create(backend, draft.app()).app();
        }
        return until - from;
    }

    private int members(Organization organization, UUID[] people, int from, String mark, Random random) {
        int until = Math.min(from + BATCH, people.length);
        List<Object[]> rows = new ArrayList<>();
        for (int i = Math.max(1, from); i < until; i++) {
            people[i] = new UUID(random.nextLong(), random.nextLong());
            String name = Crowd.name(i);
            rows.add(new Object[] {
                bytes(organization.organizationId()),
                bytes(people[i]),
                bytes(organization.projectId()),
                name.toLowerCase(Locale.ROOT).replace(' ', '.') + '-' + i + '-' + mark + "@initech.example",
                name,
                random.nextInt(1000)
            });
        }
        insert(
                "INSERT INTO members (organization_id, member_id, project_id, email_address, name, status, trusted_metadata,"
                        + " untrusted_metadata, created_at, updated_at) VALUES ",
                "(?, ?, ?, ?, ?, 'ACTIVE', '{}', '{}', UTC_TIMESTAMP(6) - INTERVAL ? DAY, UTC_TIMESTAMP(6))",
                rows);
        return until - from;
    }

    private void grants(
            Crowd crowd, Organization organization, UUID[] people, ConnectedApp[] catalogue, Random random) {
        List<Object[]> rows = new ArrayList<>();
        int[] member = {0};
        Progress.over("Grants", crowd.grants(), BATCH, done -> {
            while (rows.size() < BATCH && member[0] < people.length) {
                int one = member[0]++;
                for (int app : crowd.choose(crowd.grantsOf(one), random)) {
                    int age = 1 + random.nextInt(700);
                    rows.add(new Object[] {
                        bytes(organization.organizationId()),
                        bytes(new UUID(random.nextLong(), random.nextLong())),
                        bytes(organization.projectId()),
                        bytes(people[one]),
                        bytes(catalogue[app].appId()),
                        SCOPES[random.nextInt(SCOPES.length)],
                        age,
                        age,
                        random.nextInt(8) == 0 ? null : random.nextInt(age * 1440),
                        random.nextInt(5000)
                    });
                }
            }
            List<Object[]> batch = rows.subList(0, Math.min(BATCH, rows.size()));
            insert(
                    "INSERT INTO grants (tenant_id, grant_id, project_id, subject_kind, subject_id, app_id, scopes, granted_at,"
                            + " authorized_at, last_used_at, uses) VALUES ",
                    "(?, ?, ?, 'MEMBER', ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? DAY, UTC_TIMESTAMP(6) - INTERVAL ? DAY,"
                            + " UTC_TIMESTAMP(6) - INTERVAL ? MINUTE, ?)",
                    batch);
            int written = batch.size();
            batch.clear();
            return written;
        });
    }

    /** Written as every event is, so that the chain of the organization is whole. */
    private int events(Crowd crowd, Organization organization, UUID[] people, int from, Random random) {
        int until = Math.min(from + BATCH, crowd.events());
        List<AuditEvent> events = new ArrayList<>();
        for (int i = from; i < until; i++) {
            Subject subject = Subject.member(
                    organization.projectId(), organization.organizationId(), people[random.nextInt(people.length)]);
            Actor actor = new Actor(
                    Actor.Kind.MEMBER,
                    subject.id(),
                    null,
                    new Via(Via.Door.PORTAL, "request-id-seed-" + i, "203.0.113." + random.nextInt(255)));
            events.add(AuditEvent.about(actor, subject, ACTIONS[random.nextInt(ACTIONS.length)]));
        }
        transactions.write(() -> {
            auditLog.recordAll(events);
            return null;
        });
        return until - from;
    }

    private void insert(String head, String row, List<Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        String sql = head + (row + ",").repeat(rows.size() - 1) + row;
        transactions.write(() -> jdbc.prepareStatement(sql, statement -> {
            int at = 1;
            for (Object[] values : rows) {
                for (Object value : values) {
                    statement.setObject(at++, value);
                }
            }
            return statement.executeUpdate();
        }));
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** A bar on the terminal while batches are made. */
    private static final class Progress {
        private static final int WIDTH = 40;

        static void over(String what, int total, int size, IntFunction<Integer> batch) {
            int done = 0;
            while (done < total) {
                int more = batch.apply(done);
                done = more == 0 ? total : done + more;
                int filled = (int) ((long) WIDTH * done / total);
                System.out.printf(
                        "\r%-8s [%s%s] %,d of %,d", what, "#".repeat(filled), " ".repeat(WIDTH - filled), done, total);
            }
            if (total > 0) {
                System.out.println();
            }
        }
    }
}
