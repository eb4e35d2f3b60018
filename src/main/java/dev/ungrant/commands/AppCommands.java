package dev.ungrant.commands;

import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.AppFields;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedAppJson;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code apps …}: what a developer of a project does with its Connected Apps, by the verbs of the JSON API. */
final class AppCommands {
    static final String USAGE = """
              apps create      --project PROJECT_ID --type first_party|first_party_public|third_party|third_party_public
                               --name NAME [FIELD VALUE ...]
              apps update      --project PROJECT_ID --app CLIENT_ID [FIELD VALUE ...]
              apps list        --project PROJECT_ID
              apps show        --project PROJECT_ID --app CLIENT_ID
              apps rotate-secret    --project PROJECT_ID --app CLIENT_ID     a second secret beside the first
              apps finish-rotation  --project PROJECT_ID --app CLIENT_ID     the first one stops working
              apps cancel-rotation  --project PROJECT_ID --app CLIENT_ID     the second one stops working
              apps delete      --project PROJECT_ID --app CLIENT_ID          and all its grants end
                FIELD is one of
                  --name --description --logo-url --client-uri --support-uri --terms-uri --privacy-uri --audience TEXT
                  --redirect-urls --post-logout-redirect-urls --own-scopes "ONE ANOTHER"
                  --auth-method client_secret_basic|client_secret_post|private_key_jwt|none
                  --jwks FILE, or --jwks-uri URL            the public keys of an app with private_key_jwt
                  --token-format opaque|jwt   --token-minutes NUMBER   --id-token-alg RS256|ES256
                  --userinfo-alg RS256|ES256   --request-object-alg none|ES256|PS256|RS256   --request-uris "URL ANOTHER"
                  --default-max-age SECONDS   --backchannel-logout-uri URL   --backchannel-logout-session true|false
                  --pkce-optional --endpoint-audience --dpop-bound --client-credentials --require-pushed-requests
                  --full-access --offline-without-consent true|false
            """;

    /** Options that are texts, and their fields at the JSON API. */
    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("name", "client_name"),
            Map.entry("description", "client_description"),
            Map.entry("logo-url", "logo_url"),
            Map.entry("client-uri", "client_uri"),
            Map.entry("support-uri", "support_uri"),
            Map.entry("terms-uri", "tos_uri"),
            Map.entry("privacy-uri", "policy_uri"),
            Map.entry("audience", "access_token_custom_audience"),
            Map.entry("auth-method", "token_endpoint_auth_method"),
            Map.entry("jwks-uri", "jwks_uri"),
            Map.entry("token-format", "access_token_format"),
            Map.entry("id-token-alg", "id_token_signed_response_alg"),
            Map.entry("userinfo-alg", "userinfo_signed_response_alg"),
            Map.entry("request-object-alg", "request_object_signing_alg"),
            Map.entry("backchannel-logout-uri", "backchannel_logout_uri"));

    private static final Map<String, String> LISTS = Map.of(
            "redirect-urls", "redirect_urls",
            "post-logout-redirect-urls", "post_logout_redirect_urls",
            "own-scopes", "own_scopes",
            "request-uris", "request_uris");

    private static final Map<String, String> NUMBERS = Map.of(
            "token-minutes", "access_token_expiry_minutes",
            "default-max-age", "default_max_age");

    private static final Map<String, String> SWITCHES = Map.of(
            "pkce-optional", "pkce_optional",
            "endpoint-audience", "endpoint_audience_allowed",
            "dpop-bound", "dpop_bound_access_tokens",
            "client-credentials", "client_credentials_allowed",
            "require-pushed-requests", "require_pushed_authorization_requests",
            "backchannel-logout-session", "backchannel_logout_session_required",
            "full-access", "full_access_allowed",
            "offline-without-consent", "bypass_consent_for_offline_access");

    private static final int PAGE = 1000;

    private final ConnectedApps apps;
    private final Projects projects;
    private final Json json;

    AppCommands(ApplicationContext context) {
        this.apps = context.getBean(ConnectedApps.class);
        this.projects = context.getBean(Projects.class);
        this.json = context.getBean(Json.class);
    }

    Object answer(String word, Arguments arguments) {
        return switch (word) {
            case "create" -> create(arguments);
            case "update" -> update(arguments);
            case "list" -> list(arguments);
            case "show" -> show(arguments);
            case "rotate-secret" -> startRotation(arguments);
            case "finish-rotation" -> ConnectedAppJson.of(apps.rotate(caller(arguments), named(arguments)), json);
            case "cancel-rotation" ->
                ConnectedAppJson.of(apps.cancelRotation(caller(arguments), named(arguments)), json);
            case "delete" -> delete(arguments);
            default -> throw new IllegalArgumentException(word);
        };
    }

    private Object create(Arguments arguments) {
        arguments.allow(known("project", "type"));
        arguments.required("name");
        Project project = project(arguments);
        Map<String, Object> fields = fields(arguments);
        fields.put("client_type", arguments.required("type"));
        JsonBody body = new JsonBody(fields);
        ConnectedApp blank = AppDraft.blank(
                        project.projectId(), AppFields.clientType(body), project.accessTokenFormat())
                .app();
        ConnectedApps.WithSecret created = apps.create(caller(project), AppFields.in(body, blank, json));
        return ConnectedAppJson.of(created.app(), created.secret(), null, json);
    }

    private Object update(Arguments arguments) {
        arguments.allow(known("project", "app"));
        ConnectedApp app = apps.find(project(arguments).projectId(), arguments.required("app"));
        return ConnectedAppJson.of(
                apps.update(caller(project(arguments)), AppFields.in(new JsonBody(fields(arguments)), app, json)),
                json);
    }

    private Object list(Arguments arguments) {
        arguments.allow("project");
        ProjectCaller caller = caller(project(arguments));
        List<ConnectedAppJson> all = new ArrayList<>();
        UUID after = null;
        do {
            ConnectedApps.Page page = apps.search(caller, after, PAGE);
            page.apps().forEach(app -> all.add(ConnectedAppJson.of(app, json)));
            after = page.next();
        } while (after != null);
        return all;
    }

    private Object show(Arguments arguments) {
        return ConnectedAppJson.of(named(arguments), json);
    }

    private Object startRotation(Arguments arguments) {
        ConnectedApps.WithSecret started = apps.startRotation(caller(arguments), named(arguments));
        return ConnectedAppJson.of(started.app(), null, started.secret(), json);
    }

    private Object delete(Arguments arguments) {
        ConnectedApp app = named(arguments);
        apps.delete(caller(arguments), app);
        return Map.of("client_id", app.wireId());
    }

    private ConnectedApp named(Arguments arguments) {
        arguments.allow("project", "app");
        return apps.find(project(arguments).projectId(), arguments.required("app"));
    }

    private Map<String, Object> fields(Arguments arguments) {
        Map<String, Object> fields = new LinkedHashMap<>();
        arguments.options().forEach((name, value) -> {
            if (TEXTS.containsKey(name)) {
                fields.put(TEXTS.get(name), value);
            } else if (LISTS.containsKey(name)) {
                fields.put(
                        LISTS.get(name),
                        value.isBlank() ? List.of() : List.of(value.strip().split("\\s+")));
            } else if (SWITCHES.containsKey(name)) {
                fields.put(SWITCHES.get(name), isTrue(name, value));
            } else if (NUMBERS.containsKey(name)) {
                fields.put(NUMBERS.get(name), number(name, value));
            } else if (name.equals("jwks")) {
                fields.put("jwks", keysIn(Path.of(value)));
            }
        });
        return fields;
    }

    private static boolean isTrue(String name, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new UsageException("--" + name + " is true or false.");
        }
        return value.equals("true");
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + " is a whole number.");
        }
    }

    private Map<String, Object> keysIn(Path file) {
        try {
            return json.object(Files.readString(file));
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException(file + " cannot be read as a JWK set.");
        }
    }

    private static String[] known(String... more) {
        List<String> names = new ArrayList<>(List.of(more));
        names.addAll(TEXTS.keySet());
        names.addAll(LISTS.keySet());
        names.addAll(SWITCHES.keySet());
        names.addAll(NUMBERS.keySet());
        names.add("jwks");
        return names.toArray(String[]::new);
    }

    private Project project(Arguments arguments) {
        return projects.find(arguments.required("project"));
    }

    private ProjectCaller caller(Arguments arguments) {
        return caller(project(arguments));
    }

    /** Audited as the project's own act, by this door. */
    private static ProjectCaller caller(Project project) {
        return new ProjectCaller(project.projectId(), new Via(Via.Door.COMMAND, "command-" + UUID.randomUUID(), ""));
    }
}
