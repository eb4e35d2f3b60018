package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Subject;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** Every answer to a browser carries the headers that keep it in its place (cases E02, X06, X07). */
class HeadersTest extends PortalTest {
    private static final Pattern NONCE = Pattern.compile("script-src 'nonce-([A-Za-z0-9_-]{22})';");

    @Test
    void pagesOfEveryStatusCarryThePolicy() {
        Subject subject = cast.subject(cast.member("Ben"));
        String session = cast.signIn(subject);
        ConnectedApp app = cast.everydayApps(subject).getFirst();
        Set<String> nonces = new HashSet<>();
        for (String path : List.of(
                "/",
                "/?q=x",
                "/sessions",
                "/sign-in",
                "/sign-in/code",
                "/apps/" + app.wireId(),
                "/apps/" + app.wireId() + "/revoke",
                "/apps/nothing",
                "/nothing",
                "/demo/mailbox",
                "/sign-out",
                "/assets/x/none.css")) {
            HttpResponse<String> response = call(path).as(session).get();
            assertPage(response, nonces);
            assertPage(call(path).get(), nonces);
            assertPage(call(path).as(session).header("HX-Request", "true").get(), nonces);
            assertPage(call(path).as(session).send("POST", "text/plain", ""), nonces);
        }
    }

    @Test
    void bodyThatIsTooLargeIsRefusedOnAPageLikeAnyOther() {
        HttpResponse<String> response = call("/sign-in").post(java.util.Map.of("email", "x".repeat(1_200_000)));
        assertThat(response.statusCode()).isEqualTo(413);
        assertPage(response, new HashSet<>());
    }

    private void assertPage(HttpResponse<String> response, Set<String> nonces) {
        String policy = header(response, "content-security-policy");
        Matcher nonce = NONCE.matcher(policy);
        assertThat(nonce.find()).as(policy).isTrue();
        assertThat(nonces.add(nonce.group(1))).as("fresh nonce").isTrue();
        assertThat(policy)
                .contains(
                        "default-src 'none'",
                        "frame-ancestors 'none'",
                        "form-action 'self'",
                        "base-uri 'none'",
                        "object-src 'none'")
                .contains("require-trusted-types-for 'script'", "trusted-types htmx", "style-src 'self'")
                .doesNotContain("unsafe", "*", "http:", "data:");
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(response, "cache-control")).isEqualTo("no-store");
        assertThat(header(response, "cross-origin-opener-policy")).isEqualTo("same-origin");
        assertThat(header(response, "cross-origin-embedder-policy")).isEqualTo("require-corp");
        assertThat(header(response, "cross-origin-resource-policy")).isEqualTo("same-origin");
        assertThat(header(response, "x-frame-options")).isEqualTo("DENY");
        assertThat(header(response, "referrer-policy")).isEqualTo("same-origin");
        assertThat(header(response, "permissions-policy")).contains("camera=()", "storage-access=(self)");
        assertThat(header(response, "origin-agent-cluster")).isEqualTo("?1");
        assertThat(header(response, "x-request-id")).startsWith("request-id-test-");
        if (response.body().contains("<html")) {
            assertThat(header(response, "content-type")).isEqualTo("text/html;charset=utf-8");
            assertThat(Jsoup.parse(response.body()).select("script").eachAttr("nonce"))
                    .containsExactly(nonce.group(1));
            assertThat(Jsoup.parse(response.body()).select("[style], style, [onclick], script:not([src])"))
                    .isEmpty();
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers()
                .firstValue(name)
                .orElseThrow(() -> new AssertionError(name + " is missing in " + response));
    }

    @Test
    void apiAnswersAreForNobodyElse() {
        for (String path : List.of("/v1/b2b/organizations/x", "/v1/nothing")) {
            HttpResponse<String> response = call(path).get();
            assertThat(header(response, "content-security-policy"))
                    .isEqualTo("default-src 'none'; frame-ancestors 'none'");
            assertThat(header(response, "content-type")).startsWith("application/json");
            assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(response, "cross-origin-resource-policy")).isEqualTo("same-origin");
            assertThat(header(response, "cache-control")).contains("no-store");
            assertThat(response.headers().firstValue("access-control-allow-origin"))
                    .isEmpty();
        }
    }

    @Test
    void errorPagesEchoNothing() {
        for (String path : List.of(
                "/%3Cscript%3Ealert(1)%3C/script%3E", "/apps/%24%7B1234*5678%7D", "/nothing?x=%3Cimg%20src=x%3E")) {
            HttpResponse<String> response =
                    call(path).as(cast.signIn(cast.subject(cast.member("Ben")))).get();
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).doesNotContain("alert(1)", "1234*5678", "<img src=x");
        }
    }

    @Test
    void assetsAreKeptForEverUnderTheirHash() {
        String link = Jsoup.parse(call("/sign-in").get().body())
                .selectFirst("link[rel=stylesheet]")
                .attr("href");
        HttpResponse<String> asset =
                call(link).header("Accept-Encoding", "gzip").get();
        assertThat(asset.statusCode()).isEqualTo(200);
        assertThat(header(asset, "cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(asset, "content-encoding")).isEqualTo("gzip");
        assertThat(header(asset, "content-type")).startsWith("text/css");
        assertThat(header(asset, "cross-origin-resource-policy")).isEqualTo("same-origin");
        String tag = header(asset, "etag");
        assertThat(call(link).header("If-None-Match", tag).get().statusCode()).isEqualTo(304);
        assertThat(header(
                        call(link.replaceFirst("/assets/[^/]+/", "/assets/other/"))
                                .get(),
                        "cache-control"))
                .isEqualTo("no-cache");
        assertThat(call("/assets/x/..%2F..%2Fapplication.yml").get().statusCode())
                .isEqualTo(404);
        assertThat(call(link).get().body()).startsWith("/* Ungrant.");
    }
}
