package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing out because an app asks for it (OpenID Connect RP-Initiated Logout 1.0). */
class LogoutTest extends HostedPageTest {
    private static final String BYE = "https://app.example/bye?x=1";

    private Surfer browser;
    private Connection connection;
    private String idToken;

    @BeforeEach
    void connect() {
        calendar = app(
                backend, "third_party", Map.of("client_name", "Calendar", "post_logout_redirect_urls", List.of(BYE)));
        browser = surfer(ben);
        connection = redeem(browser.allow(asking(calendar, "openid")));
        idToken = connection.answer().text("id_token");
    }

    private static String logout(Map<String, String> parameters) {
        return "/oauth2/logout" + (parameters.isEmpty() ? "" : "?" + encoded(parameters));
    }

    private boolean signedIn() {
        return browser.get("/sessions").statusCode() == 200;
    }

    @Test
    void appThatShowsThePersonsIdTokenSignsThemOut() {
        String session = browser.cookies.get("s");
        HttpResponse<String> out = browser.get(
                logout(Map.of("id_token_hint", idToken, "post_logout_redirect_uri", BYE, "state", "a b&c")));
        assertThat(location(out)).isEqualTo(BYE + "&state=a+b%26c");
        assertThat(browser.cookies).doesNotContainKey("s");
        browser.cookies.put("s", session);
        assertThat(signedIn()).isFalse();
        // The grant is another matter: it ends when it is taken back.
        assertThat(isActive(calendar, connection.accessToken())).isTrue();
        assertThat(auditEvents(uuid("organization", acme.get("organization_id")), "session.revoked"))
                .isEqualTo(1);
        // Once more, with nobody here: there is nothing to do, and the browser goes back all the same.
        assertThat(location(surfer().get(logout(Map.of("id_token_hint", idToken, "post_logout_redirect_uri", BYE)))))
                .isEqualTo(BYE);
    }

    @Test
    void withoutAnAddressToGoToThereIsAPage() {
        HttpResponse<String> out = browser.get(logout(Map.of("id_token_hint", idToken)));
        assertThat(out.statusCode()).isEqualTo(200);
        assertThat(Jsoup.parse(out.body()).getElementById("signed-out").text()).isEqualTo("You are signed out");
        assertThat(signedIn()).isFalse();
        assertThat(surfer().get(logout(Map.of())).statusCode()).isEqualTo(200);
    }

    @Test
    void whoeverProvesNothingHasThePersonAsked() {
        for (Map<String, String> parameters : List.of(
                Map.<String, String>of(),
                Map.of("client_id", calendar.id(), "post_logout_redirect_uri", BYE),
                // Signed by nobody.
                Map.of(
                        "id_token_hint",
                        idToken.substring(0, idToken.lastIndexOf('.')) + ".AAAA",
                        "post_logout_redirect_uri",
                        BYE))) {
            Document page =
                    Jsoup.parse(browser.follow(browser.get(logout(parameters))).body());
            assertThat(page.getElementById("logout-yes")).as("%s", parameters).isNotNull();
            assertThat(signedIn()).isTrue();
        }
    }

    @Test
    void idTokenOfSomebodyElseHasThePersonAsked() {
        Surfer cleo = surfer(member(acme, "cleo"));
        HttpResponse<String> asked =
                cleo.follow(cleo.get(logout(Map.of("id_token_hint", idToken, "post_logout_redirect_uri", BYE))));
        Document page = Jsoup.parse(asked.body());
        assertThat(page.text()).contains("Calendar");
        assertThat(asked.headers().firstValue("content-security-policy").orElse(""))
                .contains("form-action 'self' https://app.example;");
        assertThat(cleo.get("/sessions").statusCode()).isEqualTo(200);
        assertThat(location(cleo.press(page, "logout-yes"))).isEqualTo(BYE);
        assertThat(cleo.get("/sessions").statusCode()).isEqualTo(303);
    }

    @Test
    void requestMayComeByPostFromTheAppsOwnSite() {
        String session = browser.cookies.remove("s");
        HttpResponse<String> kept = browser.post(
                "/oauth2/logout", Map.of("id_token_hint", idToken, "post_logout_redirect_uri", BYE), "cross-site");
        assertThat(location(kept)).startsWith("/oauth2/logout/cplo_");
        browser.cookies.put("s", session);
        assertThat(location(browser.follow(kept))).isEqualTo(BYE);
        assertThat(signedIn()).isFalse();
    }

    // C01: the answer to the question is a form of ours.
    @Test
    void c01AnswerThatAnotherSiteSendsIsRefused() {
        HttpResponse<String> kept = browser.get(logout(Map.of()));
        Document page = Jsoup.parse(browser.follow(kept).body());
        assertThat(browser.post(location(kept), Map.of("decision", "yes"), "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(location(kept), Map.of("decision", "yes")).statusCode())
                .isEqualTo(403);
        assertThat(signedIn()).isTrue();
        assertThat(browser.press(page, "logout-yes").statusCode()).isEqualTo(200);
        assertThat(signedIn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/bye",
                "https://app.example/bye?x=2",
                "https://app.example/bye?x=1&y=1",
                "https://app.example/bye?x=1#f",
                "https://app.example:443/bye?x=1",
                "https://APP.example/bye?x=1",
                "https://evil.example/bye?x=1",
                "https://app.example/callback",
                "javascript:alert(1)",
                "/bye",
            })
    void addressThatIsNotRegisteredLeadsToAnErrorPageAndNobodyIsSignedOut(String target) {
        refusedOnPage(browser.get(logout(Map.of("id_token_hint", idToken, "post_logout_redirect_uri", target))));
        refusedOnPage(browser.post(
                "/oauth2/logout",
                Map.of("client_id", calendar.id(), "post_logout_redirect_uri", target),
                "cross-site"));
        assertThat(signedIn()).isTrue();
    }

    @Test
    void requestsThatContradictThemselvesAreRefused() {
        Client notes = app(backend, "third_party", Map.of("post_logout_redirect_urls", List.of(BYE)));
        refusedOnPage(browser.get(logout(Map.of("id_token_hint", idToken, "client_id", notes.id()))));
        refusedOnPage(browser.get(logout(Map.of("client_id", "nonsense"))));
        refusedOnPage(browser.get(logout(Map.of("post_logout_redirect_uri", BYE))));
        refusedOnPage(browser.get(logout(Map.of("state", "1")) + "&state=2"));
        refusedOnPage(browser.get("/oauth2/logout/cplo_nonsense"));
        assertThat(signedIn()).isTrue();
    }
}
