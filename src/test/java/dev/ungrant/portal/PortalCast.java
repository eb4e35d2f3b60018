package dev.ungrant.portal;

import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.CustomRoles;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.ApplicationContext;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A project with an organization, people and apps, for tests of pages. People and apps are made by the verbs; grants are
 * put into the database, since only so can they be old.
 */
public final class PortalCast {
    public static final String HOSTILE_NAME =
            "<script>alert(1)</script>${1234*5678}__${1234*5678}__[[${1234*5678}]]~{::x}\"><img src=x onerror=alert(2)>{{1234*5678}}\u202Egpj";

    public final Project project;
    public final Organization organization;
    private final ApplicationContext context;
    private final ProjectCaller backend;

    public PortalCast(ApplicationContext context) {
        this.context = context;
        this.project = context.getBean(Projects.class)
                .create(Vertical.B2B, "Acme Cloud", null, TokenFormat.OPAQUE)
                .project();
        this.backend = new ProjectCaller(project.projectId(), new Via(Via.Door.COMMAND, "request-id-test-cast", ""));
        this.organization =
                context.getBean(Organizations.class).create(backend, new JsonBody(Map.of("organization_name", "Acme")));
        context.getBean(Policies.class)
                .replace(
                        project.projectId(),
                        new Policy(
                                List.of(),
                                List.of(),
                                List.of(new Policy.Scope("ledger:export", "Export the ledger", List.of()))));
    }

    public Member member(String name) {
        String address = name.toLowerCase(java.util.Locale.ROOT).replace(' ', '.') + "-"
                + UUID.randomUUID().toString().substring(0, 8) + "@acme.example";
        return memberAt(name, address);
    }

    public Member memberAt(String name, String address) {
        return context.getBean(Members.class)
                .create(backend, organization, new JsonBody(Map.of("email_address", address, "name", name)));
    }

    public Member admin(String name) {
        String address = "admin-" + UUID.randomUUID().toString().substring(0, 8) + "@acme.example";
        return context.getBean(Members.class)
                .create(
                        backend,
                        organization,
                        new JsonBody(
                                Map.of("email_address", address, "name", name, "roles", List.of(Policy.ADMIN_ROLE))));
    }

    /** A member with these roles. */
    public Member memberWith(String name, String... roles) {
        String address = UUID.randomUUID().toString().substring(0, 8) + "@acme.example";
        return context.getBean(Members.class)
                .create(
                        backend,
                        context.getBean(Organizations.class).get(backend, organization.organizationId()),
                        new JsonBody(Map.of("email_address", address, "name", name, "roles", List.of(roles))));
    }

    /** A role of the organization's own, beside those that it has; each permission is a resource and an action. */
    public void role(String roleId, String... permissions) {
        List<Role.ResourceActions> rules = java.util.stream.Stream.of(permissions)
                .map(permission -> permission.split(" "))
                .map(words -> new Role.ResourceActions(words[0], List.of(words[1])))
                .toList();
        context.getBean(CustomRoles.class)
                .create(
                        backend,
                        context.getBean(Organizations.class).get(backend, organization.organizationId()),
                        new Role(roleId, "", rules));
    }

    /** The organization as it is now. */
    public Organization now() {
        return context.getBean(Organizations.class).get(backend, organization.organizationId());
    }

    /** A yes of the past, as the audit keeps it. */
    public void consent(Subject subject, ConnectedApp app, UUID grantId, String action, int daysAgo, String scopes) {
        update(
                """
                INSERT INTO audit_events (tenant_id, event_id, occurred_at, project_id, actor_kind, actor_id, door, action,
                  outcome, subject_kind, subject_id, app_id, grant_id, request_id, details)
                VALUES (?, ?, UTC_TIMESTAMP(6) - INTERVAL ? DAY, ?, 'MEMBER', ?, 'API', ?, 'DONE', 'MEMBER', ?, ?, ?, 'x',
                  JSON_OBJECT('scopes', CAST(? AS JSON)))
                """,
                subject.tenantId(),
                UUID.randomUUID(),
                daysAgo,
                subject.projectId(),
                subject.id(),
                action,
                subject.id(),
                app.appId(),
                grantId,
                "[\"" + scopes.replace(" ", "\",\"") + "\"]");
    }

    public Subject subject(Member member) {
        return Subject.member(project.projectId(), organization.organizationId(), member.memberId());
    }

    /** The token of a new portal session. */
    public String signIn(Subject subject) {
        return context.getBean(Sessions.class)
                .begin(
                        subject,
                        Session.Kind.PORTAL,
                        List.of(),
                        Sessions.PORTAL_MINUTES,
                        Sessions.PORTAL_IDLE_MINUTES,
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                        "127.0.0.1")
                .token()
                .reveal();
    }

    public ConnectedApp app(String name, ClientType type, String publisher, boolean verified) {
        AppDraft draft = AppDraft.blank(project.projectId(), type, project.accessTokenFormat());
        draft.name = name;
        draft.redirectUrls = "[\"https://app.example/callback\"]";
        draft.publisherUrl = publisher;
        draft.supportUrl = publisher == null ? null : publisher + "/support";
        draft.termsUrl = publisher == null ? null : publisher + "/terms";
        draft.privacyUrl = publisher == null ? null : publisher + "/privacy";
        ConnectedApp app = context.getBean(ConnectedApps.class)
                .create(backend, draft.app())
                .app();
        if (verified) {
            update(
                    "UPDATE connected_apps SET publisher_verified_at = UTC_TIMESTAMP(6) - INTERVAL 90 DAY WHERE app_id = ?",
                    app.appId());
        }
        return app;
    }

    public void selfRegistered(ConnectedApp app) {
        update("UPDATE connected_apps SET creation_method = 'DYNAMIC' WHERE app_id = ?", app.appId());
    }

    /**
     * @param usedHours hours since the last use; below 0: never used
     * @param endsDays days until the end date; 0: none
     */
    public UUID grant(
            Subject subject,
            ConnectedApp app,
            String scopes,
            int grantedDays,
            int usedHours,
            int endsDays,
            boolean liveToken) {
        UUID grantId = UUID.randomUUID();
        update(
                """
                INSERT INTO grants (tenant_id, grant_id, project_id, subject_kind, subject_id, app_id, scopes, granted_at,
                  authorized_at, expires_at, last_used_at, uses)
                VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? DAY, UTC_TIMESTAMP(6) - INTERVAL ? DAY,
                  IF(? = 0, NULL, UTC_TIMESTAMP(6) + INTERVAL ? DAY + INTERVAL 1 HOUR),
                  IF(? < 0, NULL, UTC_TIMESTAMP(6) - INTERVAL ? HOUR), 0)
                """,
                subject.tenantId(),
                grantId,
                subject.projectId(),
                subject.kind().name(),
                subject.id(),
                app.appId(),
                scopes,
                grantedDays,
                grantedDays,
                endsDays,
                endsDays,
                usedHours,
                usedHours);
        if (liveToken) {
            token(subject, grantId, "OPAQUE", 60);
        }
        return grantId;
    }

    public void token(Subject subject, UUID grantId, String format, int minutes) {
        byte[] hash = new byte[32];
        new SecureRandom().nextBytes(hash);
        update("""
                INSERT INTO access_tokens (tenant_id, token_hash, grant_id, authorization_id, token_id, format, issuer, audience,
                  scopes, issued_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, 'x', '[]', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? MINUTE)
                """, subject.tenantId(), hash, grantId, UUID.randomUUID(), UUID.randomUUID(), format, minutes);
    }

    /** One more place where the app is signed in, with a token of each kind; returns what its page calls it. */
    public String connection(
            Subject subject,
            UUID grantId,
            String host,
            String userAgent,
            String ipAddress,
            int begunDays,
            int usedDays) {
        UUID authorizationId = UUID.randomUUID();
        update("""
                INSERT INTO connections (tenant_id, authorization_id, grant_id, redirect_host, user_agent, ip_address, began_at,
                  last_used_at, ends_at)
                VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? DAY, UTC_TIMESTAMP(6) - INTERVAL ? DAY,
                  UTC_TIMESTAMP(6) + INTERVAL 300 DAY)
                """, subject.tenantId(), authorizationId, grantId, host, userAgent, ipAddress, begunDays, usedDays);
        byte[] hash = new byte[32];
        new SecureRandom().nextBytes(hash);
        update("""
                INSERT INTO refresh_tokens (tenant_id, token_hash, grant_id, authorization_id, scopes, resources,
                  authenticated_at, issued_at, expires_at, ends_at)
                VALUES (?, ?, ?, ?, '', '[]', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 90 DAY,
                  UTC_TIMESTAMP(6) + INTERVAL 300 DAY)
                """, subject.tenantId(), hash, grantId, authorizationId);
        return "connection-test-" + authorizationId;
    }

    public void usage(Subject subject, UUID grantId, int daysAgo, long calls) {
        update(
                "INSERT INTO grant_usage (tenant_id, grant_id, day, calls) VALUES (?, ?, UTC_DATE() - INTERVAL ? DAY, ?)",
                subject.tenantId(),
                grantId,
                daysAgo,
                calls);
    }

    /** A list as a real person's might be: old and new, trusted and not, much and little. */
    public List<ConnectedApp> everydayApps(Subject subject) {
        List<ConnectedApp> apps = new ArrayList<>();
        ConnectedApp sync = app("Northwind Sync", ClientType.THIRD_PARTY, "https://northwind.example", true);
        UUID grant = grant(subject, sync, "openid email calendar:read calendar:write offline_access", 214, 2, 0, true);
        for (int day = 0; day < 30; day++) {
            if (day % 7 != 5) {
                usage(subject, grant, day, 20 + (day * 37) % 61);
            }
        }
        apps.add(sync);
        ConnectedApp agent = app("Research Agent", ClientType.THIRD_PARTY_PUBLIC, "https://agents.example", false);
        selfRegistered(agent);
        grant(subject, agent, "openid files:read files:write mail:read offline_access", 75, 24 * 44, 0, true);
        apps.add(agent);
        ConnectedApp notes = app("Acme Notes", ClientType.FIRST_PARTY, null, false);
        grant(subject, notes, "openid profile notes:read notes:write", 400, 0, 0, true);
        apps.add(notes);
        ConnectedApp books = app("Ledgerline", ClientType.THIRD_PARTY, "https://ledgerline.example", true);
        grant(subject, books, "openid invoices:read ledger:export", 30, 70, 6, true);
        apps.add(books);
        ConnectedApp mobile = app("Acme for Phones", ClientType.FIRST_PARTY_PUBLIC, null, false);
        grant(subject, mobile, "openid profile email", 12, 24 * 9, 0, false);
        apps.add(mobile);
        ConnectedApp tasks = app("Taskfold", ClientType.THIRD_PARTY_PUBLIC, "https://taskfold.example", true);
        grant(subject, tasks, "openid tasks:read", 3, -1, 0, true);
        apps.add(tasks);
        return apps;
    }

    private Connection counting;

    /** Statements that the server has run so far. The connection stays open, since opening one runs some. */
    public long questions() {
        try {
            if (counting == null) {
                counting = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
            }
            try (var statement = counting.createStatement();
                    var rows = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
                rows.next();
                return rows.getLong(2);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public void update(String sql, Object... values) {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i] instanceof UUID id ? bytes(id) : values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
