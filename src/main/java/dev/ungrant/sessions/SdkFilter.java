package dev.ungrant.sessions;

import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.BasicAuth;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Optional;

/**
 * Pages of other origins at the browser SDK's door (CORS, Fetch §3.2): which project they speak for, and whether it knows
 * their origin. A page of any other origin is refused before anything is looked at, and cannot read the answer.
 */
@ServerFilter("/sdk/**")
@Order(-50)
final class SdkFilter {
    private static final String CLIENT = "ungrant.sdk.client";
    private static final String READER = "ungrant.sdk.reader";

    private final SdkAccesses accesses;
    private final RateLimits limits;
    private final ClientAddress addresses;

    SdkFilter(SdkAccesses accesses, RateLimits limits, ClientAddress addresses) {
        this.accesses = accesses;
        this.limits = limits;
        this.addresses = addresses;
    }

    static Optional<SdkClient> client(HttpRequest<?> request) {
        return request.getAttribute(CLIENT, SdkClient.class);
    }

    static Optional<BasicAuth> credentials(HttpRequest<?> request) {
        return request.getHeaders().getAuthorization().flatMap(BasicAuthHeader::parse);
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        limits.countSdkCall(addresses.of(request));
        String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (request.getMethod() == HttpMethod.OPTIONS) {
            return askedBeforehand(origin);
        }
        Optional<SdkAccess> access = credentials(request)
                .map(BasicAuth::getUsername)
                .flatMap(publicToken -> accesses.find(publicToken, origin));
        if (access.isPresent()) {
            if (!access.get().originAllowed()) {
                throw new Problem(ErrorType.BAD_DOMAIN_FOR_STYTCH_SDK);
            }
            Via via = new Via(Via.Door.SDK, RequestId.of(request), addresses.of(request));
            request.setAttribute(CLIENT, new SdkClient(access.get(), origin, via));
        }
        // Without a project there is nothing to read but why not.
        if (origin != null && (access.isPresent() || accesses.isKnown(origin))) {
            request.setAttribute(READER, origin);
        }
        return null;
    }

    @ResponseFilter
    void answer(HttpRequest<?> request, MutableHttpResponse<?> response) {
        request.getAttribute(READER, String.class).ifPresent(origin -> {
            allow(response.getHeaders(), origin);
            response.header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, X-Request-Id");
        });
        response.header(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }

    /** The browser asks without saying which project it will call, so any project's origin will do; the call itself is checked. */
    private HttpResponse<?> askedBeforehand(@Nullable String origin) {
        MutableHttpResponse<?> response = HttpResponse.noContent();
        if (origin != null && accesses.isKnown(origin)) {
            allow(response.getHeaders(), origin);
            response.header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE")
                    .header(
                            HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                            "Authorization, Content-Type, X-SDK-Client, X-SDK-Parent-Host")
                    .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600");
        }
        return response;
    }

    private static void allow(MutableHttpHeaders headers, String origin) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
}
