package dev.ungrant.registration;

import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import java.util.Map;

/**
 * RFC 7591 on the plain path, which speaks for the default project, and on a project's own; RFC 7592 at the address that a
 * registration is answered with. Whether anybody may register is asked inside.
 */
@Open
@Controller("/v1")
final class RegistrationEndpoint {
    private final Registrations registrations;
    private final Projects projects;
    private final RateLimits limits;
    private final ClientAddress addresses;
    private final String baseUrl;

    RegistrationEndpoint(
            Registrations registrations,
            Projects projects,
            RateLimits limits,
            ClientAddress addresses,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.registrations = registrations;
        this.projects = projects;
        this.limits = limits;
        this.addresses = addresses;
        this.baseUrl = baseUrl;
    }

    @Post("/oauth2/register")
    HttpResponse<Map<String, Object>> register(HttpRequest<?> request, @Body @Nullable String body) {
        return register(request, projects.defaultProject(), body);
    }

    @Post("/public/{project_id}/oauth2/register")
    HttpResponse<Map<String, Object>> registerInProject(
            HttpRequest<?> request, String project_id, @Body @Nullable String body) {
        return register(request, projects.find(project_id), body);
    }

    private HttpResponse<Map<String, Object>> register(HttpRequest<?> request, Project project, @Nullable String body) {
        limits.countRegistration(addresses.of(request));
        Registrations.Registered registered = registrations.register(project, body == null ? "" : body, via(request));
        Map<String, Object> answer = answer(request, registered);
        answer.put("status_code", 201);
        return HttpResponse.created(answer).header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    @Get("/oauth2/register/{client_id}")
    HttpResponse<Map<String, Object>> read(HttpRequest<?> request, String client_id) {
        Registrations.Held held = held(request, client_id);
        return HttpResponse.ok(answer(
                request,
                new Registrations.Registered(
                        held.app(),
                        held.metadata(),
                        held.at(),
                        null,
                        held.token().reveal())));
    }

    @Put("/oauth2/register/{client_id}")
    HttpResponse<Map<String, Object>> update(HttpRequest<?> request, String client_id, @Body @Nullable String body) {
        Registrations.Held held = held(request, client_id);
        return HttpResponse.ok(answer(request, registrations.update(held, body == null ? "" : body, via(request))));
    }

    @Delete("/oauth2/register/{client_id}")
    HttpResponse<?> delete(HttpRequest<?> request, String client_id) {
        registrations.delete(held(request, client_id), via(request));
        return HttpResponse.noContent();
    }

    /** Wrong tokens are counted for the app they are tried on, as wrong secrets are. */
    private Registrations.Held held(HttpRequest<?> request, String clientId) {
        String header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        boolean bearer = header != null && header.regionMatches(true, 0, "Bearer ", 0, 7);
        try {
            return registrations.authenticate(
                    clientId, bearer ? header.substring(7).strip() : null);
        } catch (Problem e) {
            if (e.type() == ErrorType.INVALID_REGISTRATION_TOKEN) {
                limits.countClientFailure(clientId);
            }
            throw e;
        }
    }

    private Map<String, Object> answer(HttpRequest<?> request, Registrations.Registered registered) {
        ApiResponse answer = ApiResponse.to(request);
        registered.metadata().forEach(answer::with);
        // What the project's backend has changed since counts.
        answer.with("client_id", registered.app().wireId())
                .with("client_name", registered.app().name())
                .with("client_id_issued_at", registered.at().getEpochSecond());
        if (registered.secret() != null) {
            // RFC 7591 §3.2.1: 0 means that it does not expire.
            answer.with("client_secret", registered.secret()).with("client_secret_expires_at", 0);
        }
        if (registered.token() != null) {
            answer.with("registration_access_token", registered.token())
                    .with(
                            "registration_client_uri",
                            baseUrl + "/v1/oauth2/register/" + registered.app().wireId());
        }
        return answer.body();
    }

    private Via via(HttpRequest<?> request) {
        return new Via(Via.Door.OAUTH, RequestId.of(request), addresses.of(request));
    }
}
