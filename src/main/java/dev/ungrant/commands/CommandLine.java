package dev.ungrant.commands;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.sessions.TrustedIssuers;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs one command against the database of the installation. Answers are JSON on standard output. */
public final class CommandLine {
    public static final String USAGE = """
            Usage: ungrant [command]

              (no command)     serve
              projects create  --vertical b2b|consumer --name NAME [--authorization-url URL] [--token-format opaque|jwt]
              projects secret  --project PROJECT_ID          one more secret, beside those that are there
              projects resources --project PROJECT_ID [--allow any|"URI URI"]   what tokens may be for (RFC 8707)
              apps verify-publisher    --project PROJECT_ID --app CLIENT_ID --domain HOST
              apps unverify-publisher  --project PROJECT_ID --app CLIENT_ID
              registration show  --project PROJECT_ID
              registration set   --project PROJECT_ID [--dynamic on|off] [--documents on|off] [--pkce required|optional]
                               [--assertion-audience issuer|endpoint]
              policy show      --project PROJECT_ID
              policy set       --project PROJECT_ID --file FILE   roles, resources and scopes that the project adds
              origins list     --project PROJECT_ID          whose pages may use the browser SDK
              origins add      --project PROJECT_ID --origin https://app.example.com
              origins remove   --project PROJECT_ID --origin https://app.example.com
              sdk show         --project PROJECT_ID
              sdk set          --project PROJECT_ID [--member-actions on|off] [--cookies readable|http_only]
              issuers list     --project PROJECT_ID          whose sign-in counts for the browser SDK
              issuers add      --project PROJECT_ID --issuer ISS --audience AUD --jwks FILE|--jwks-url URL
                               [--person-claim sub] [--organization-claim org_id]
              issuers remove   --project PROJECT_ID --profile PROFILE_ID
            """ + EmbedCommands.USAGE + AppCommands.USAGE + MemberCommands.USAGE
            + KeyCommands.USAGE + AuditCommands.USAGE;

    private static final int FOUND = 3;

    private final ApplicationContext context;
    private final PrintStream out;

    /** An answer that a script shall stop at. */
    record Found(Object answer) {}

    public CommandLine(ApplicationContext context, PrintStream out) {
        this.context = context;
        this.out = out;
    }

    /** @return the exit code: 0 done, 1 refused, 2 not understood, 3 what was looked for is there (see {@link Found}) */
    public int run(String[] text, PrintStream errors) {
        try {
            Arguments arguments = Arguments.parse(text);
            Object answer = answer(arguments);
            boolean found = answer instanceof Found;
            out.println(context.getBean(Json.class).write(found ? ((Found) answer).answer() : answer));
            return found ? FOUND : 0;
        } catch (UsageException e) {
            errors.println(e.getMessage());
            errors.print(USAGE);
            return 2;
        } catch (Problem e) {
            errors.println(e.getMessage());
            return 1;
        }
    }

    private Object answer(Arguments arguments) {
        return switch (String.join(" ", arguments.words())) {
            case "projects create" -> createProject(arguments);
            case "projects secret" -> addSecret(arguments);
            case "projects resources" -> resources(arguments);
            case "apps create",
                    "apps update",
                    "apps list",
                    "apps show",
                    "apps rotate-secret",
                    "apps finish-rotation",
                    "apps cancel-rotation",
                    "apps delete" ->
                new AppCommands(context).answer(arguments.words().getLast(), arguments);
            case "keys list", "keys rotate", "keys withdraw" ->
                new KeyCommands(context).answer(arguments.words().getLast(), arguments);
            case "members erase" -> new MemberCommands(context).erase(arguments);
            case "apps verify-publisher" -> new PublisherCommands(context).verify(arguments);
            case "apps unverify-publisher" -> new PublisherCommands(context).unverify(arguments);
            case "registration show" -> new RegistrationCommands(context).show(arguments);
            case "registration set" -> new RegistrationCommands(context).set(arguments);
            case "policy show" -> showPolicy(arguments);
            case "policy set" -> setPolicy(arguments);
            case "embed-origins list", "embed-origins add", "embed-origins remove" ->
                new EmbedCommands(context).answer(arguments.words().getLast(), arguments);
            case "origins list" -> sdk().listOrigins(arguments);
            case "origins add" -> sdk().addOrigin(arguments);
            case "origins remove" -> sdk().removeOrigin(arguments);
            case "sdk show" -> sdk().show(arguments);
            case "sdk set" -> sdk().set(arguments);
            case "issuers list" -> sdk().listIssuers(arguments);
            case "issuers add" -> sdk().addIssuer(arguments);
            case "issuers remove" -> sdk().removeIssuer(arguments);
            case "verify-audit" -> new AuditCommands(context).verify(arguments);
            default -> throw new UsageException("There is no command " + String.join(" ", arguments.words()) + ".");
        };
    }

    private Map<String, Object> createProject(Arguments arguments) {
        arguments.allow("vertical", "name", "authorization-url", "token-format");
        Vertical vertical = oneOf(Vertical.class, arguments.required("vertical"), "--vertical");
        TokenFormat format =
                oneOf(TokenFormat.class, arguments.options().getOrDefault("token-format", "opaque"), "--token-format");
        String name = arguments.required("name");
        if (name.isBlank() || name.length() > 128) {
            throw new UsageException("--name is 1 to 128 characters long.");
        }
        Projects.Created created =
                projects().create(vertical, name, arguments.options().get("authorization-url"), format);
        Map<String, Object> answer = describe(created.project());
        answer.put("secret", created.secret());
        return answer;
    }

    private Map<String, Object> addSecret(Arguments arguments) {
        arguments.allow("project");
        Project project = projects().find(arguments.required("project"));
        Map<String, Object> answer = describe(project);
        answer.put("secret", projects().addSecret(project));
        return answer;
    }

    private Map<String, Object> resources(Arguments arguments) {
        arguments.allow("project", "allow");
        Project project = projects().find(arguments.required("project"));
        Json json = context.getBean(Json.class);
        String allow = arguments.options().get("allow");
        if (allow != null) {
            List<String> uris = List.of(allow.strip().split("\\s+"));
            if (!allow.equals("any") && !uris.stream().allMatch(CommandLine::isAbsolute)) {
                throw new UsageException("--allow is any, or absolute URIs without a fragment.");
            }
            project = projects().setResources(project, allow.equals("any") ? null : json.write(uris));
        }
        Map<String, Object> answer = describe(project);
        answer.put("resources", project.resources() == null ? "any" : json.strings(project.resources()));
        return answer;
    }

    private static boolean isAbsolute(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private Policy showPolicy(Arguments arguments) {
        arguments.allow("project");
        Project project = projects().find(arguments.required("project"));
        return context.getBean(Policies.class).of(project.projectId());
    }

    private Policy setPolicy(Arguments arguments) {
        arguments.allow("project", "file");
        Project project = projects().find(arguments.required("project"));
        Policies policies = context.getBean(Policies.class);
        policies.replace(project.projectId(), policyIn(Path.of(arguments.required("file"))));
        return policies.of(project.projectId());
    }

    private Policy policyIn(Path file) {
        try {
            return context.getBean(Json.class).read(Files.readString(file), Policy.class);
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException(file + " cannot be read as a policy with roles, resources and scopes.");
        }
    }

    private static Map<String, Object> describe(Project project) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("project_id", project.wireId());
        answer.put("vertical", project.vertical());
        answer.put("name", project.name());
        answer.put("public_token", project.publicToken());
        return answer;
    }

    private SdkCommands sdk() {
        return new SdkCommands(projects(), context.getBean(SdkAccesses.class), context.getBean(TrustedIssuers.class));
    }

    private Projects projects() {
        return context.getBean(Projects.class);
    }

    static <E extends Enum<E>> E oneOf(Class<E> type, String value, String option) {
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " cannot be " + value + ".");
        }
    }
}
