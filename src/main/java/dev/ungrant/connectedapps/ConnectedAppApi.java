package dev.ungrant.connectedapps;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
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
import java.util.Map;
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
        ClientType type = AppFields.clientType(body);
        Project project = projects.get(caller.projectId());
        ConnectedApp blank = AppDraft.blank(project.projectId(), type, project.accessTokenFormat())
                .app();
        ConnectedApps.WithSecret created = apps.create(caller, AppFields.in(body, blank, json));
        return answer(request, ConnectedAppJson.of(created.app(), created.secret(), null, json));
    }

    @Get("/{client_id}")
    Map<String, Object> get(Caller caller, HttpRequest<?> request, String client_id) {
        return answer(request, ConnectedAppJson.of(apps.find(caller.projectId(), client_id), json));
    }

    @Put("/{client_id}")
    Map<String, Object> update(Caller caller, HttpRequest<?> request, String client_id, @Body @Nullable String text) {
        ConnectedApp app = apps.find(caller.projectId(), client_id);
        ConnectedApp updated = apps.update(caller, AppFields.in(json.body(text), app, json));
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

    private static UUID cursor(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(ErrorType.BAD_REQUEST, "cursor is malformed.");
        }
    }
}
