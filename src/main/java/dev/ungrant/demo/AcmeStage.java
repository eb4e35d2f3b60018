package dev.ungrant.demo;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.members.Departures;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.oauth.Minted;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo's B2B half: Acme with Ada, Ben, Cleo and Dan, who is deactivated; Globex with Gil and Hana; fourteen apps. */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class AcmeStage {
    private record Persona(String key, String organization, String name, String address, boolean admin) {}

    private static final List<Persona> PERSONAS = List.of(
            new Persona("ada", "acme", "Ada Lindqvist", "ada@acme.example", true),
            new Persona("ben", "acme", "Ben Okafor", "ben@acme.example", false),
            new Persona("cleo", "acme", "Cléo Marchetti", "cleo@acme.example", false),
            new Persona("dan", "acme", "Dan Whitfield", "dan@acme.example", false),
            new Persona("gil", "globex", "Gil Fernández", "gil@globex.example", true),
            new Persona("hana", "globex", "Hana Sato", "hana@globex.example", false));

    private static final String DEACTIVATED = "dan";

    private static final List<StageApp> APPS = List.of(
            StageApp.thirdParty("calendar", "Calendar", "Finds a time that suits everybody.", "calendar.example", true),
            StageApp.thirdParty("notes", "Notes", "Meeting notes that write themselves.", "notes.example", true)
                    .as(ClientType.THIRD_PARTY_PUBLIC),
            StageApp.thirdParty(
                            "crm",
                            "Pipeline",
                            "Keeps your deals and your address book in step.",
                            "pipeline.example",
                            true)
                    .withJwt(),
            StageApp.thirdParty("invoices", "Ledgerly", "Sorts and files your invoices.", "ledgerly.example", false),
            StageApp.thirdParty(
                    "backup", "Vaultbox", "Copies your files to a safe place every night.", "vaultbox.example", false),
            StageApp.thirdParty("tasks", "Tasklane", "Turns mail into tasks.", "tasklane.example", true),
            StageApp.thirdParty(
                            "dashboard", "Acme Dashboard", "The company at a glance.", "dashboard.acme.example", true)
                    .as(ClientType.FIRST_PARTY),
            StageApp.thirdParty("mobile", "Acme Mobile", "Acme on your phone.", "mobile.acme.example", true)
                    .as(ClientType.FIRST_PARTY_PUBLIC),
            StageApp.thirdParty(
                            "research_agent",
                            "Research Agent",
                            "Reads up on whatever you ask.",
                            "research-agent.example",
                            false)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            StageApp.thirdParty(
                            "inbox_agent",
                            "Inbox Agent",
                            "Answers mail while you are away.",
                            "inbox-agent.example",
                            false)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            // The same agent on another machine: it registers itself anew wherever it is installed.
            StageApp.thirdParty(
                            "research_agent_laptop",
                            "Research Agent",
                            "Reads up on whatever you ask.",
                            "research-agent.example",
                            false)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            StageApp.thirdParty("scribe_desktop", "Scribe Desktop", "Writes along.", "scribe.example", true)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            StageApp.thirdParty("scribe_terminal", "Scribe Terminal", "Writes along.", "scribe.example", true)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            StageApp.thirdParty("forms", "Formfold", "Forms that people fill in.", "formfold.example", true));

    private static final List<StageGrant> GRANTS = List.of(
            StageGrant.of(
                            "ben",
                            "calendar",
                            210,
                            0.08,
                            24,
                            "openid",
                            "email",
                            "calendar:read",
                            "calendar:write",
                            "offline_access")
                    .before(210, 44.0, "203.0.113.24", "")
                    .before(61, 0.6, "203.0.113.71", "")
                    .at(18, "198.51.100.17", ""),
            StageGrant.of("ben", "notes", 64, 0.9, 8, "openid", "notes:read", "notes:write", "offline_access")
                    .formerly("openid", "notes:read", "notes:write", "contacts:read", "offline_access")
                    .before(64, 22.0, "203.0.113.24", "NotesForMac/5.1 (Macintosh; Mac OS X 15.4)")
                    .at(20, "198.51.100.8", ""),
            StageGrant.of("ben", "crm", 35, 2.0, 40, "openid", "contacts:read", "contacts:write"),
            StageGrant.of("ben", "backup", 400, 152.0, 2, "files:read", "offline_access"),
            StageGrant.of("ben", "research_agent", 6, 0.02, 90, "openid", "files:read", "notes:read", "offline_access")
                    .endingIn(6)
                    .at(6, "203.0.113.88", "research-agent/1.4"),
            StageGrant.of("ben", "research_agent_laptop", 58, 47.0, 6, "openid", "files:read", "offline_access")
                    .at(58, "203.0.113.140", "research-agent/0.9"),
            StageGrant.of("ben", "forms", 95, null, 0, "openid", "email"),
            StageGrant.of("ben", "inbox_agent", 21, 5.0, 12, "mail:read", "mail:send", "offline_access"),
            StageGrant.of("ben", "dashboard", 300, 0.3, 6, "openid", "profile", "email"),
            StageGrant.of("cleo", "calendar", 95, 0.2, 18, "openid", "email", "calendar:read", "offline_access"),
            StageGrant.of("cleo", "tasks", 12, 1.1, 5, "mail:read", "tasks:read", "tasks:write", "offline_access"),
            StageGrant.of("cleo", "scribe_desktop", 30, 0.5, 14, "files:read", "files:write", "offline_access")
                    .at(30, "203.0.113.52", "ScribeDesktop/3.2"),
            StageGrant.of("cleo", "scribe_terminal", 8, 1.4, 20, "files:read", "offline_access")
                    .at(8, "203.0.113.52", "scribe-terminal/3.2"),
            StageGrant.of("cleo", "mobile", 41, 3.0, 9, "openid", "profile", "offline_access"),
            StageGrant.of(
                    "ada",
                    "calendar",
                    180,
                    0.05,
                    30,
                    "openid",
                    "email",
                    "calendar:read",
                    "calendar:write",
                    "offline_access"),
            StageGrant.of("ada", "invoices", 33, 10.0, 3, "invoices:read", "invoices:write", "offline_access"),
            StageGrant.of("ada", "backup", 120, null, 0, "files:read", "offline_access"),
            StageGrant.of("gil", "calendar", 77, 0.6, 11, "openid", "calendar:read", "offline_access"),
            StageGrant.of("gil", "crm", 14, 0.4, 25, "contacts:read", "offline_access"),
            StageGrant.of("hana", "notes", 9, 0.7, 4, "notes:read", "offline_access"));

    private final Stage stage;
    private final Projects projects;
    private final Policies policies;
    private final Organizations organizations;
    private final Members members;
    private final Departures departures;

    AcmeStage(
            Stage stage,
            Projects projects,
            Policies policies,
            Organizations organizations,
            Members members,
            Departures departures) {
        this.stage = stage;
        this.projects = projects;
        this.policies = policies;
        this.organizations = organizations;
        this.members = members;
        this.departures = departures;
    }

    Cast.B2b seed(String baseUrl) {
        Projects.Created created = projects.create(Vertical.B2B, "Acme Suite", null, TokenFormat.OPAQUE);
        ProjectCaller project = Stage.caller(created.project().projectId());
        policies.replace(project.projectId(), DemoPolicies.ACME);
        stage.letPagesIn(project);

        Map<String, Organization> places = new LinkedHashMap<>();
        places.put("acme", organization(project, "Acme", "acme"));
        places.put("globex", organization(project, "Globex", "globex"));
        Map<String, Member> people = new LinkedHashMap<>();
        for (Persona persona : PERSONAS) {
            people.put(persona.key(), member(project, places.get(persona.organization()), persona));
        }
        departures.deactivate(project, people.get(DEACTIVATED));

        Map<String, Cast.App> apps = new LinkedHashMap<>();
        APPS.forEach(app -> apps.put(app.key(), stage.register(project, app)));
        List<Cast.Grant> grants = new ArrayList<>();
        for (StageGrant grant : GRANTS) {
            Minted minted = stage.grant(project, people.get(grant.person()).subject(), apps.get(grant.app()), grant);
            grants.add(grant(grant.person(), grant.app(), grant.scopes(), minted));
        }

        Map<String, Cast.Organization> organizationsCast = new LinkedHashMap<>();
        places.forEach((key, place) ->
                organizationsCast.put(key, new Cast.Organization(place.wireId(), place.slug(), place.externalId())));
        Map<String, Cast.Member> membersCast = new LinkedHashMap<>();
        for (Persona persona : PERSONAS) {
            membersCast.put(persona.key(), describe(baseUrl, persona, people.get(persona.key()), null));
        }
        return new Cast.B2b(
                created.project().wireId(),
                created.secret(),
                created.project().publicToken(),
                organizationsCast,
                membersCast,
                apps,
                grants);
    }

    /** The same cast on a later start: sessions that still live stay, tokens are made fresh, removed grants stay removed. */
    Cast.B2b again(String baseUrl, Cast.B2b earlier) {
        ProjectCaller project = Stage.caller(
                projects.authenticate(earlier.projectId(), earlier.secret()).projectId());
        Map<String, Cast.Member> membersCast = new LinkedHashMap<>();
        Map<String, Member> people = new LinkedHashMap<>();
        for (Persona persona : PERSONAS) {
            Cast.Member was = earlier.members().get(persona.key());
            Member member = members.find(
                    project, earlier.organizations().get(persona.organization()).organizationId(), was.memberId());
            people.put(persona.key(), member);
            membersCast.put(persona.key(), describe(baseUrl, persona, member, was.sessionToken()));
        }
        List<Cast.Grant> grants = new ArrayList<>();
        for (Cast.Grant was : earlier.grants()) {
            stage.renew(
                            project,
                            people.get(was.member()).subject(),
                            earlier.apps().get(was.app()),
                            was)
                    .ifPresent(minted -> grants.add(grant(was.member(), was.app(), was.scopes(), minted)));
        }
        return new Cast.B2b(
                earlier.projectId(),
                earlier.secret(),
                earlier.publicToken(),
                earlier.organizations(),
                membersCast,
                earlier.apps(),
                grants);
    }

    private Organization organization(ProjectCaller project, String name, String slug) {
        return organizations.create(
                project,
                new JsonBody(Map.of(
                        "organization_name", name,
                        "organization_slug", slug,
                        "organization_external_id", slug + "-external")));
    }

    private Member member(ProjectCaller project, Organization place, Persona persona) {
        return members.create(
                project,
                place,
                new JsonBody(Map.of(
                        "email_address",
                        persona.address(),
                        "name",
                        persona.name(),
                        "external_id",
                        persona.key() + "-external",
                        "roles",
                        persona.admin() ? List.of(Policy.ADMIN_ROLE) : List.of())));
    }

    private Cast.Member describe(String baseUrl, Persona persona, Member member, @Nullable String earlierToken) {
        List<String> roles =
                persona.admin() ? List.of(Policy.MEMBER_ROLE, Policy.ADMIN_ROLE) : List.of(Policy.MEMBER_ROLE);
        boolean gone = persona.key().equals(DEACTIVATED);
        Sessions.Begun session =
                gone ? null : stage.sessionAgain(member.subject(), member.emailAddress(), earlierToken);
        return new Cast.Member(
                persona.organization(),
                member.wireId(),
                member.externalId(),
                member.emailAddress(),
                member.name(),
                roles,
                gone ? "deleted" : "active",
                gone ? null : session.token().reveal(),
                gone ? null : stage.jwt(session.session()),
                gone ? null : baseUrl + "/demo/sign-in/" + persona.key());
    }

    private static Cast.Grant grant(String member, String app, List<String> scopes, Minted minted) {
        return new Cast.Grant(member, null, app, scopes, minted.accessToken(), minted.refreshToken());
    }
}
