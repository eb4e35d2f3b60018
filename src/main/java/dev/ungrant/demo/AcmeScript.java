package dev.ungrant.demo;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.rbac.Role;
import java.util.List;

/** Who and what {@link AcmeStage} brings on stage. */
final class AcmeScript {
    record Persona(String key, String organization, String name, String address, boolean admin) {}

    static final List<Persona> PERSONAS = List.of(
            new Persona("ada", "acme", "Ada Lindqvist", "ada@acme.example", true),
            new Persona("ben", "acme", "Ben Okafor", "ben@acme.example", false),
            new Persona("cleo", "acme", "Cléo Marchetti", "cleo@acme.example", false),
            new Persona("fay", "acme", "Fay Delacroix", "fay@acme.example", false),
            new Persona("dan", "acme", "Dan Whitfield", "dan@acme.example", false),
            new Persona("gil", "globex", "Gil Fernández", "gil@globex.example", true),
            new Persona("hana", "globex", "Hana Sato", "hana@globex.example", false));

    static final String DEACTIVATED = "dan";

    /** Who fills Acme's list of members. Nobody signs in as they; each has an app or two. */
    static final List<Persona> COLLEAGUES = List.of(
            new Persona("dana", "acme", "Dana Ruiz", "dana@acme.example", true),
            new Persona("emil", "acme", "Emil Novák", "emil@acme.example", false),
            new Persona("farah", "acme", "Farah Haddad", "farah@acme.example", false),
            new Persona("ines", "acme", "Inês Castro", "ines@acme.example", false));

    static final List<StageGrant> OF_COLLEAGUES = List.of(
            StageGrant.of("dana", "calendar", 130, 0.4, 16, "openid", "email", "calendar:read", "offline_access"),
            StageGrant.of("dana", "backup", 250, 96.0, 1, "files:read", "offline_access"),
            StageGrant.of("dana", "tasks", 18, 2.2, 7, "mail:read", "tasks:read", "tasks:write", "offline_access"),
            StageGrant.of("emil", "notes", 44, 1.5, 6, "openid", "notes:read", "notes:write", "offline_access"),
            StageGrant.of("farah", "calendar", 71, 0.7, 12, "openid", "calendar:read", "offline_access"),
            StageGrant.of("farah", "crm", 27, 3.1, 22, "openid", "contacts:read", "contacts:write"),
            StageGrant.of("ines", "dashboard", 160, 1.0, 4, "openid", "profile", "email"));

    static final String INVITED = "nora@acme.example";
    static final int INVITED_DAYS = 7;
    /** Holds the one role that Acme has made itself. */
    static final String AUDITOR = "fay";

    static final Role AUDITOR_ROLE = new Role(
            "Auditor",
            "Looks at members, apps and activity, and changes nothing.",
            List.of(
                    new Role.ResourceActions("stytch.member", List.of("search", "get.connected-apps")),
                    new Role.ResourceActions("stytch.organization", List.of("get.connected-apps")),
                    new Role.ResourceActions("ungrant.activity", List.of("get"))));

    static final List<StageApp> APPS = List.of(
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

    static final List<StageGrant> GRANTS = List.of(
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

    private AcmeScript() {}
}
