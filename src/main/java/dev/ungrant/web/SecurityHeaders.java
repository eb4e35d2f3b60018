package dev.ungrant.web;

import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Optional;

/** The headers that keep a browser from doing anything with an answer that it was not meant for. On every answer. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(-100)
final class SecurityHeaders {
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'nonce-%s'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
                    + " form-action %s; frame-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors %s;"
                    + " require-trusted-types-for 'script'; trusted-types htmx; report-to csp";

    private static final String NO_POWER =
            "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(),"
                    + " display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), microphone=(), midi=(),"
                    + " payment=(), publickey-credentials-get=(), usb=(), storage-access=(self)";

    private final boolean https;

    SecurityHeaders(@Property(name = "ungrant.base-url") String baseUrl) {
        this.https = baseUrl.startsWith("https://");
    }

    @ResponseFilter
    void add(HttpRequest<?> request, MutableHttpResponse<?> response) {
        MutableHttpHeaders headers = response.getHeaders();
        String path = request.getPath();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cross-Origin-Resource-Policy", path.equals(Assets.OF_HOSTS) ? "cross-origin" : "same-origin");
        headers.set("X-Request-Id", RequestId.of(request));
        if (https) {
            // Over plain http a browser ignores it, and RFC 6797 §7.2 forbids it.
            headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
        }
        if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
            headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        if (Problems.isApi(path) || isAsset(path) && response.status().getCode() < 400) {
            headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            return;
        }
        if (path.startsWith("/logos/") && response.status().getCode() < 400) {
            headers.set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
            return;
        }
        Optional<String> host = Frame.of(request).map(Frame::origin);
        headers.set(
                "Content-Security-Policy",
                PAGE_POLICY.formatted(Nonce.of(request), FormTargets.of(request), host.orElse("'none'")));
        headers.set("Cross-Origin-Embedder-Policy", "require-corp");
        if (host.isPresent()) {
            // With the host's own COEP, it may only show what says that anybody may; who may is said above.
            // X-Frame-Options
            // could not name the host, and COOP means nothing inside a frame.
            headers.set("Cross-Origin-Resource-Policy", "cross-origin");
        } else {
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            headers.set("X-Frame-Options", "DENY");
        }
        headers.set("Referrer-Policy", "same-origin");
        headers.set("Permissions-Policy", NO_POWER);
        headers.set("Origin-Agent-Cluster", "?1");
        headers.set("Reporting-Endpoints", "csp=\"/csp-report\"");
    }

    private static boolean isAsset(String path) {
        return path.startsWith("/assets/") || path.equals(Assets.OF_HOSTS) || path.equals(Frame.ROOT + "/theme.css");
    }
}
