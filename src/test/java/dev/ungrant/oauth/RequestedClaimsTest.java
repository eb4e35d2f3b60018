package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims that an app asks for by name, OpenID Connect Core §5.5. */
class RequestedClaimsTest extends HostedPageTest {
    private static final String EMAIL_AND_NAME =
            "{\"userinfo\":{\"name\":null},\"id_token\":{\"email\":{\"essential\":true},\"auth_time\":{\"essential\":true}}}";

    private Map<String, String> claims(String claims) {
        return asking(calendar, Map.of("claims", claims), "openid");
    }

    private Map<String, String> silently(String claims) {
        return asking(calendar, Map.of("claims", claims, "prompt", "none"), "openid");
    }

    private static String about(String place, Object subject) {
        return "{\"" + place + "\":{\"sub\":{\"value\":\"" + subject + "\"}}}";
    }

    @Test
    void whatIsAskedForByNameIsShownAndGivenWithItsScope() throws Exception {
        Surfer browser = surfer(ben);
        refusedToApp(browser.open(silently(EMAIL_AND_NAME)), "consent_required");
        Document page = browser.consent(claims(EMAIL_AND_NAME));
        assertThat(page.select("#consent-permits li").eachAttr("data-scope"))
                .containsExactlyInAnyOrder("openid", "email", "profile");
        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        // RFC 6749 §5.1: said, since it is not what the parameter scope had.
        assertThat(connection.answer().text("scope").split(" "))
                .containsExactlyInAnyOrder("openid", "email", "profile");
        assertThat(userInfo(connection).ok().body()).containsEntry("email", ben.get("email_address"));
        JWTClaimsSet idToken =
                SignedJWT.parse(connection.answer().text("id_token")).getJWTClaimsSet();
        assertThat(idToken.getStringClaim("email")).isEqualTo(ben.get("email_address"));
        assertThat(idToken.getClaim("auth_time")).isNotNull();

        // And it ends with the grant, like everything else.
        backend.post(revokeOf(ben, calendar), null).ok();
        assertThat(userInfo(connection).status()).isEqualTo(401);
        refusedToApp(browser.open(silently(EMAIL_AND_NAME)), "consent_required");
    }

    @Test
    void whatNobodyHasSaidYesToIsNotGiven() {
        Surfer browser = surfer(ben);
        Connection connection = redeem(browser.allow(asking(calendar, "openid")));
        refusedToApp(browser.open(silently("{\"userinfo\":{\"phone_number\":null}}")), "consent_required");
        assertThat(userInfo(connection).ok().body()).doesNotContainKeys("email", "name", "phone_number");
    }

    /**
     * §5.5.1: "the Authorization Server MUST NOT generate an error when Claims are not returned, whether they are Essential or
     * Voluntary, unless otherwise specified in the description of the specific claim."
     */
    @Test
    void claimsThatAreNotKnownHereAreLeftOut() {
        Document page = surfer(ben)
                .consent(claims("{\"userinfo\":{\"birthdate\":{\"essential\":true},\"https://a.example/b\":null}}"));
        assertThat(page.select("#consent-permits li").eachAttr("data-scope")).containsExactly("openid");
    }

    /** §3.1.2.2: "The Authorization Server MUST NOT reply with an ID Token or Access Token for a different user". */
    @ParameterizedTest
    @ValueSource(strings = {"id_token", "userinfo"})
    void anAnswerIsAboutThePersonWhomTheAppMeansOrThereIsNone(String place) {
        Map<String, Object> cleo = member(acme, "cleo");
        for (Map<String, Object> person : List.of(ben, cleo)) {
            surfer(person).allow(asking(calendar, "openid"));
        }
        codeIn(surfer(ben).open(silently(about(place, ben.get("member_id")))));
        refusedToApp(surfer(ben).open(silently(about(place, cleo.get("member_id")))), "login_required");
        refusedToApp(surfer(ben).open(silently(about(place, "nobody"))), "login_required");
        refusedToApp(surfer(ben).open(silently("{\"" + place + "\":{\"sub\":{\"value\":12}}}")), "login_required");
        // With a person at the screen the right one may still come.
        assertThat(location(surfer(ben).get(authorize(claims(about(place, cleo.get("member_id")))))))
                .startsWith("/oauth2/authorize/");
    }

    @Test
    void hintsThatContradictEachOtherMeanNobody() {
        Map<String, Object> cleo = member(acme, "cleo");
        surfer(cleo).allow(asking(calendar, "openid"));
        String idToken =
                redeem(surfer(ben).allow(asking(calendar, "openid"))).answer().text("id_token");
        Map<String, String> both = silently(about("id_token", cleo.get("member_id")));
        both.put("id_token_hint", idToken);
        refusedToApp(surfer(ben).open(both), "login_required");
        refusedToApp(surfer(cleo).open(both), "login_required");
        both.put("claims", about("id_token", ben.get("member_id")));
        codeIn(surfer(ben).open(both));
    }

    /**
     * §5.5.1.1: "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat that
     * outcome as a failed authentication attempt." There are no context classes here, and no acr is said.
     */
    @Test
    void authenticationContextThatIsDemandedIsNotHad() {
        String demanded = "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"phr\"]}}}";
        refusedToApp(surfer(ben).get(authorize(claims(demanded))), "unmet_authentication_requirements");
        refusedToApp(surfer().get(authorize(silently(demanded))), "unmet_authentication_requirements");
        surfer(ben).consent(claims(demanded.replace("true", "false")));
        surfer(ben).consent(claims("{\"id_token\":{\"acr\":{\"essential\":true}}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "x",
                "5",
                "[]",
                "null",
                "\"userinfo\"",
                "{\"userinfo\":5}",
                "{\"id_token\":[]}",
                "{\"id_token\":{\"email\":{\"essential\":\"very\"}}}",
                "{\"userinfo\":{\"email\":true}}",
                "{\"userinfo\":{\"email\":{\"values\":{}}}}"
            })
    void whatIsNoClaimsRequestIsRefused(String claims) {
        refusedToApp(surfer(ben).get(authorize(claims(claims))), "invalid_request");
        Map<String, String> form = new HashMap<>(claims(claims));
        form.putAll(calendar.credentials());
        refusedAs(form("/v1/oauth2/par", form), 400, "invalid_request");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        for (String open : List.of("[", "{\"a\":", "{\"userinfo\":{\"email\":{\"value\":[")) {
            String claims = open.repeat(2000 / open.length());
            refusedToApp(surfer(ben).get(authorize(claims(claims))), "invalid_request");
            String closed = claims + "]".repeat(2000);
            refusedToApp(surfer(ben).get(authorize(claims(closed))), "invalid_request");
        }
    }

    /** They are OpenID Connect's; to plain OAuth the parameter is unknown (RFC 6749 §3.1). */
    @Test
    void withoutOpenidClaimsMeanNothing() {
        Document page = surfer(ben).consent(asking(calendar, Map.of("claims", EMAIL_AND_NAME), "phone"));
        assertThat(page.select("#consent-permits li").eachAttr("data-scope")).containsExactly("phone");
    }

    private Answer userInfo(Connection connection) {
        return send(HttpRequest.newBuilder(uri("/v1/oauth2/userinfo"))
                .header("Authorization", "Bearer " + connection.accessToken()));
    }
}
