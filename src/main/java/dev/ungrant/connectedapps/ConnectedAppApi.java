package dev.ungrant.connectedapps;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.rbac.Caller;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Registration and secrets of Connected Apps, for the project's backend (contract §7.2). */
@Controller("/v1/connected_apps/clients")
final class ConnectedAppApi {
    private static final int LIMIT = 100;
    private static final int MOST = 1000;

    private final ConnectedApps apps;
    private final Projects projects;
    private final Json json;

    ConnectedAppApi(ConnectedApps apps, Projects projects, Json json) {
        this.apps = apps;
        this.projects = projects;
        this.json = json;
    }

    @Post
    Map<String, Object> create(Caller caller, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        ClientType type = clientType(body);
        Project project = projects.get(caller.projectId());
        ConnectedApp blank = AppDraft.blank(project.projectId(), type, project.accessTokenFormat())
                .app();
        ConnectedApps.WithSecret created = apps.create(caller, filledFrom(body, blank));
        return answer(request, ConnectedAppJson.of(created.app(), created.secret(), null, json));
    }

    @Get("/{client_id}")
    Map<String, Object> get(Caller caller, HttpRequest<?> request, String client_id) {
        return answer(request, ConnectedAppJson.of(apps.find(caller.projectId(), client_id), json));
    }

    @Put("/{client_id}")
    Map<String, Object> update(Caller caller, HttpRequest<?> request, String client_id, @Body @Nullable String text) {
        ConnectedApp app = apps.find(caller.projectId(), client_id);
        ConnectedApp updated = apps.update(caller, filledFrom(json.body(text), app));
        return answer(request, ConnectedAppJson.of(updated, json));
    }

    @Delete("/{client_id}")
    Map<String, Object> delete(Caller caller, HttpRequest<?> request, String client_id) {
        ConnectedApp app = apps.find(caller.projectId(), client_id);
        apps.delete(caller, app);
        return ApiResponse.to(request).with("client_id", app.wireId()).body();
    }

    @Post("/search")
    Map<String, Object> search(Caller caller, HttpRequest<?> request, @Body @Nullable String text) {
        JsonBody body = json.body(text);
        int limit = body.integer("limit").orElse(LIMIT);
        if (limit < 1 || limit > MOST) {
            throw new Problem(ErrorType.BAD_REQUEST, "limit must be between 1 and " + MOST + ".");
        }
        UUID after = body.string("cursor")
                .filter(cursor -> !cursor.isEmpty())
                .map(ConnectedAppApi::cursor)
                .orElse(null);
        ConnectedApps.Page page = apps.search(caller, after, limit);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("total", page.total());
        if (page.next() != null) {
            metadata.put("next_cursor", page.next().toString());
        }
        return ApiResponse.to(request)
                .with(
                        "connected_apps",
                        page.apps().stream()
                                .map(app -> ConnectedAppJson.of(app, json))
                                .toList())
                .with("results_metadata", metadata)
                .body();
    }

    @Post("/{client_id}/secrets/rotate/start")
    Map<String, Object> startRotation(Caller caller, HttpRequest<?> request, String client_id) {
        ConnectedApps.WithSecret started = apps.startRotation(caller, apps.find(caller.projectId(), client_id));
        return answer(request, ConnectedAppJson.of(started.app(), null, started.secret(), json));
    }

    @Post("/{client_id}/secrets/rotate/cancel")
    Map<String, Object> cancelRotation(Caller caller, HttpRequest<?> request, String client_id) {
        ConnectedApp app = apps.cancelRotation(caller, apps.find(caller.projectId(), client_id));
        return answer(request, ConnectedAppJson.of(app, json));
    }

    @Post("/{client_id}/secrets/rotate")
    Map<String, Object> rotate(Caller caller, HttpRequest<?> request, String client_id) {
        return answer(
                request, ConnectedAppJson.of(apps.rotate(caller, apps.find(caller.projectId(), client_id)), json));
    }

    private static Map<String, Object> answer(HttpRequest<?> request, ConnectedAppJson app) {
        return ApiResponse.to(request).with("connected_app", app).body();
    }

    private static ClientType clientType(JsonBody body) {
        try {
            return body.oneOf("client_type", ClientType.class).orElseThrow();
        } catch (RuntimeException e) {
            throw new Problem(ErrorType.INVALID_CONNECTED_APP_TYPE);
        }
    }

    private static UUID cursor(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(ErrorType.BAD_REQUEST, "cursor is malformed.");
        }
    }

    /**
     * The app with what the body says; what it leaves out stays. Type, id and secret are not for the body to change. The
     * Java client sends empty lists that nobody gave it, so an empty list leaves the redirect URLs alone (decision 6 of
     * the product); an app without any is made by creating it so.
     */
    private ConnectedApp filledFrom(JsonBody body, ConnectedApp app) {
        AppDraft draft = AppDraft.of(app);
        draft.name = body.string("client_name", 128).orElse(app.name());
        draft.description = body.string("client_description", 1024).orElse(app.description());
        draft.logoUrl = text(body, "logo_url", 2048, app.logoUrl());
        draft.redirectUrls = list(body, "redirect_urls", app.redirectUrls());
        draft.postLogoutRedirectUrls = list(body, "post_logout_redirect_urls", app.postLogoutRedirectUrls());
        draft.fullAccessAllowed = body.bool("full_access_allowed").orElse(app.fullAccessAllowed());
        draft.bypassConsentForOfflineAccess =
                body.bool("bypass_consent_for_offline_access").orElse(app.bypassConsentForOfflineAccess());
        draft.accessTokenFormat =
                body.oneOf("access_token_format", TokenFormat.class).orElse(app.accessTokenFormat());
        draft.accessTokenExpiryMinutes = body.integer("access_token_expiry_minutes")
                .filter(minutes -> minutes != 0)
                .orElse(app.accessTokenExpiryMinutes());
        draft.accessTokenCustomAudience =
                text(body, "access_token_custom_audience", 1024, app.accessTokenCustomAudience());
        draft.accessTokenTemplateContent =
                body.string("access_token_template_content", 10_000).orElse(app.accessTokenTemplateContent());
        draft.idTokenTemplateContent =
                body.string("id_token_template_content", 10_000).orElse(app.idTokenTemplateContent());
        draft.publisherUrl = link(body, "client_uri", app.publisherUrl());
        draft.supportUrl = link(body, "support_uri", app.supportUrl());
        draft.termsUrl = link(body, "tos_uri", app.termsUrl());
        draft.privacyUrl = link(body, "policy_uri", app.privacyUrl());
        return draft.app();
    }

    @Nullable
    private static String text(JsonBody body, String name, int longest, @Nullable String otherwise) {
        Optional<String> value = body.string(name, longest);
        return value.isEmpty() ? otherwise : value.get().isEmpty() ? null : value.get();
    }

    @Nullable
    private static String link(JsonBody body, String name, @Nullable String otherwise) {
        String value = text(body, name, 2048, otherwise);
        if (value != null && !value.startsWith("https://") && !value.startsWith("http://")) {
            throw new Problem(ErrorType.BAD_REQUEST, name + " must be an http or https URL.");
        }
        return value;
    }

    private String list(JsonBody body, String name, String otherwise) {
        List<String> given = body.strings(name).orElse(List.of());
        return given.isEmpty() ? otherwise : json.write(given);
    }
}
