package dev.ungrant.sessions;

import dev.ungrant.projects.Projects;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.Open;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/**
 * The keys that check session JWTs, for anybody. Some clients ask for an image or a page before anything else (contract
 * §1.10); they get JSON all the same.
 */
@Controller
@Open
final class JwksEndpoint {
    private final SigningKeys keys;
    private final Projects projects;

    JwksEndpoint(SigningKeys keys, Projects projects) {
        this.keys = keys;
        this.projects = projects;
    }

    @Get(uris = {"/v1/b2b/sessions/jwks/{project}", "/v1/sessions/jwks/{project}"})
    @Produces(MediaType.ALL)
    HttpResponse<?> jwks(HttpRequest<?> request, String project) {
        projects.find(project);
        return HttpResponse.ok(
                        ApiResponse.to(request).with("keys", keys.sessionJwks()).body())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        "public, max-age=" + keys.maxAge().toSeconds());
    }
}
