package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes behind a proxy that speaks TLS and sends each request to the other one than the request before. */
@Property(name = "ungrant.base-url", value = HostedPageOnTwoNodesTest.ADDRESS)
class HostedPageOnTwoNodesTest extends HostedPageTest {
    static final String ADDRESS = "https://apps.example.com";

    private static EmbeddedServer other;
    private int requests;

    @BeforeAll
    static void startTheOther() {
        other = ApplicationContext.run(EmbeddedServer.class, Map.of("ungrant.base-url", ADDRESS), "test");
    }

    @AfterAll
    static void stopTheOther() {
        other.getApplicationContext().close();
    }

    @Override
    protected URI uri(String path) {
        return (requests++ % 2 == 0 ? server : other).getURI().resolve(path);
    }

    @Override
    protected String sessionCookie() {
        return "__Host-s";
    }

    @Test
    void personSignsInAndAllowsTheAppWhicheverNodeAnswers() throws Exception {
        Surfer browser = surfer();
        HttpResponse<String> begun = browser.get(authorize(asking(calendar, "openid", "offline_access")));
        assertThat(begun.headers().allValues("set-cookie"))
                .singleElement()
                .satisfies(cookie -> assertThat(cookie)
                        .startsWith("__Host-a-")
                        .contains("Path=/", "Secure", "HTTPOnly", "SameSite=Lax")
                        .doesNotContain("Domain"));
        HttpResponse<String> asked = browser.signIn(browser.follow(begun), (String) ben.get("email_address"));
        Connection connection = redeem(codeIn(browser.press(Jsoup.parse(asked.body()), "consent-allow")));
        assertThat(issuer()).startsWith(ADDRESS);
        assertThat(isActive(calendar, connection.accessToken())).isTrue();
        assertThat(isActive(calendar, connection.accessToken())).isTrue();
        Map<String, Object> metadata = discovery().body();
        for (String endpoint : List.of(
                "authorization_endpoint",
                "token_endpoint",
                "pushed_authorization_request_endpoint",
                "end_session_endpoint",
                "jwks_uri")) {
            assertThat((String) metadata.get(endpoint)).startsWith(ADDRESS + "/");
        }
    }

    // R04, R05 and the one use of a pushed request, each begun on one node and ended on the other.
    @Test
    void whatHappenedOnTheOtherNodeCounts() {
        Surfer browser = surfer(ben);
        browser.allow(asking(calendar, "openid"));
        Document open = browser.consent(asking(calendar, Map.of("prompt", "consent"), "openid"));
        Map<String, String> form = calendar.credentials();
        form.putAll(asking(calendar, "openid"));
        String requestUri = form("/v1/oauth2/par", form).text("request_uri");
        Map<String, String> pushed = Map.of("client_id", calendar.id(), "request_uri", requestUri);
        backend.post(revokeOf(ben, calendar), null).ok();
        assertThat(browser.press(open, "consent-allow").statusCode()).isEqualTo(409);
        Document page = browser.consent(pushed);
        codeIn(browser.press(page, "consent-allow"));
        refusedOnPage(browser.press(page, "consent-allow"));
        refusedOnPage(browser.get(authorize(pushed)));
        refusedOnPage(browser.get(authorize(pushed)));
    }

    @Test
    void whatARequestSaysOfItselfChangesNoAddress() {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        uri(authorize(asking(calendar, Map.of("prompt", "none"), "openid"))))
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Proto", "http")
                .header("Forwarded", "host=evil.example;proto=http");
        refusedToApp(sendRaw(request), "login_required");
    }
}
