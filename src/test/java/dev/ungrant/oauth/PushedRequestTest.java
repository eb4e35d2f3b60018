package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that an app hands over itself (RFC 9126; rule 25, cases R05 and C14). */
class PushedRequestTest extends HostedPageTest {
    private Answer push(Client client, Map<String, String> parameters) {
        Map<String, String> form = client.credentials();
        form.putAll(parameters);
        return form("/v1/oauth2/par", form);
    }

    private String pushed(Client client, Map<String, String> parameters) {
        Answer answer = push(client, parameters);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        assertThat((Integer) answer.body().get("expires_in")).isBetween(60, 600);
        assertThat(answer.response().headers().firstValue("cache-control")).hasValue("no-store");
        String requestUri = answer.text("request_uri");
        assertThat(requestUri).startsWith("urn:ietf:params:oauth:request_uri:");
        return requestUri;
    }

    private static Map<String, String> bring(Client client, String requestUri) {
        return Map.of("client_id", client.id(), "request_uri", requestUri);
    }

    // RFC 9126 §4: "Authorization servers SHOULD treat request_uri values as one-time use but MAY allow for duplicate
    // requests due to a user reloading/refreshing their user agent. An expired request_uri MUST be rejected as
    // invalid."
    @Test
    void pushedRequestIsBroughtByTheBrowserAndAnsweredOnce() {
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        // The page may be opened again and again until it is answered.
        browser.consent(bring(calendar, requestUri));
        Document page = browser.consent(bring(calendar, requestUri));
        browser.get(browser.path);
        redeem(codeIn(browser.press(page, "consent-allow")));
        refusedOnPage(browser.open(bring(calendar, requestUri)));
        refusedOnPage(surfer().open(bring(calendar, requestUri)));
    }

    @Test
    void pushedRequestIsUsedUpByARefusalToo() {
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        Document one = browser.consent(bring(calendar, requestUri));
        Document other = browser.consent(bring(calendar, requestUri));
        refusedToApp(browser.press(one, "consent-deny"), "access_denied");
        refusedOnPage(browser.press(other, "consent-allow"));
        refusedOnPage(browser.open(bring(calendar, requestUri)));
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    @Test
    void onlyWhatWasPushedCounts() {
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        Map<String, String> more = asking(calendar, "openid", "email", "offline_access");
        more.put("request_uri", requestUri);
        more.put("state", "another");
        more.put("redirect_uri", "https://evil.example/");
        Surfer browser = surfer(ben);
        Document page = browser.consent(more);
        assertThat(page.select("#consent-permits li").eachAttr("data-scope")).containsExactly("openid");
        codeIn(browser.press(page, "consent-allow"));
    }

    @Test
    void requestOfAnotherAppOrOfNobodyIsRefused() {
        Client notes = app(backend, "third_party");
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        refusedOnPage(surfer(ben).open(bring(notes, requestUri)));
        refusedOnPage(surfer(ben).open(bring(calendar, requestUri.replace("_", "_x"))));
        refusedOnPage(surfer(ben).open(bring(calendar, "urn:ietf:params:oauth:request_uri:")));
        surfer(ben).consent(bring(calendar, requestUri));
    }

    @Test
    void requestThatWaitedTooLongIsRefused() throws Exception {
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE authorization_requests SET expires_at = UTC_TIMESTAMP(6)"
                    + " WHERE kind = 'PUSHED' AND project_id = UUID_TO_BIN('"
                    + backend.project().projectId() + "')");
        }
        refusedOnPage(surfer(ben).open(bring(calendar, requestUri)));
    }

    // R05.
    @Test
    void r05PushedRequestThatIsUsedAfterARevokeAsksAgain() {
        surfer(ben).allow(asking(calendar, "openid"));
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        String silent = pushed(calendar, asking(calendar, Map.of("prompt", "none"), "openid"));
        backend.post(revokeOf(ben, calendar), null).ok();
        refusedToApp(surfer(ben).open(bring(calendar, silent)), "consent_required");
        surfer(ben).consent(bring(calendar, requestUri));
    }

    @Test
    void pushedRequestThatNeedsNobodysWordIsAnsweredAtOnceAndOnce() {
        surfer(ben).allow(asking(calendar, "openid"));
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        codeIn(surfer(ben).open(bring(calendar, requestUri)));
        refusedOnPage(surfer(ben).open(bring(calendar, requestUri)));
    }

    @Test
    void appAuthenticatesLikeAtTheTokenEndpoint() {
        Map<String, String> parameters = asking(calendar, "openid");
        refusedAs(form("/v1/oauth2/par", parameters), 401, "invalid_client");
        refusedAs(push(new Client(calendar.id(), "secret-test-wrong"), parameters), 401, "invalid_client");
        Client notes = app(backend, "third_party");
        parameters.put("client_secret", calendar.secret());
        parameters.put("client_id", notes.id());
        refusedAs(form("/v1/oauth2/par", parameters), 401, "invalid_client");
        Client pocket = app(backend, "third_party_public");
        surfer(ben).consent(bring(pocket, pushed(pocket, asking(pocket, "openid"))));
    }

    // RFC 9126 §2.1: "The request_uri authorization request parameter is one exception, and it MUST NOT be provided."
    @ParameterizedTest
    @CsvSource({
        "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request",
        "redirect_uri, https://evil.example/, invalid_request",
        "redirect_uri, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "response_type, token, unsupported_response_type",
        "request, eyJhbGciOiJub25lIn0.e30., invalid_request_object",
        "resource, /relative, invalid_target",
        "max_age, soon, invalid_request",
    })
    void whatWouldBeRefusedLaterIsRefusedNow(String name, String value, String error) {
        refusedAs(push(calendar, asking(calendar, Map.of(name, value), "openid")), 400, error);
    }

    @Test
    void appOfAnotherProjectIsRefusedOnTheProjectsPath() {
        Map<String, String> form = calendar.credentials();
        form.putAll(asking(calendar, "openid"));
        assertThat(form("/v1/public/" + backend.project().wireId() + "/oauth2/par", form)
                        .status())
                .isEqualTo(201);
        refusedAs(form("/v1/public/" + b2b().project().wireId() + "/oauth2/par", form), 401, "invalid_client");
    }

    // RFC 9126 §4: "the authorization server will refuse, using the invalid_request error code, to process any request
    // to the authorization endpoint that does not have a request_uri parameter with a value obtained from the PAR
    // endpoint."
    @Test
    void appThatMustPushItsRequestsCannotAskOtherwise() throws Exception {
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "UPDATE connected_apps SET require_pushed_requests = TRUE WHERE app_id = UUID_TO_BIN('"
                            + uuid("connected-app", calendar.id()) + "')");
        }
        refusedToApp(surfer(ben).get(authorize(asking(calendar, "openid"))), "invalid_request");
        Surfer browser = surfer(ben);
        Document page = browser.consent(bring(calendar, pushed(calendar, asking(calendar, "openid"))));
        codeIn(browser.press(page, "consent-allow"));
    }

    // C14: one kind of secret is never taken for another.
    @Test
    void c14SecretsOfOtherKindsAreNoPushedRequests() {
        String requestUri = pushed(calendar, asking(calendar, "openid"));
        String secret = requestUri.substring("urn:ietf:params:oauth:request_uri:".length());
        String code = surfer(ben).allow(asking(calendar, "openid"));
        refusedOnPage(surfer(ben).open(bring(calendar, "urn:ietf:params:oauth:request_uri:" + code)));
        refusedAs(tryRedeem(calendar, secret), 400, "invalid_grant");
        assertThat(isActive(calendar, secret)).isFalse();
        refusedOnPage(surfer(ben).get("/oauth2/authorize/" + secret));
        HttpResponse<String> waiting = surfer().get(authorize(asking(calendar, "openid")));
        String page = location(waiting).substring("/oauth2/authorize/".length());
        refusedOnPage(surfer(ben).open(bring(calendar, "urn:ietf:params:oauth:request_uri:" + page)));
        assertThat(Jsoup.parse(surfer().get("/sign-in?return_to=/oauth2/authorize/" + secret)
                                .body())
                        .getElementById("sign-in-app"))
                .isNull();
    }
}
