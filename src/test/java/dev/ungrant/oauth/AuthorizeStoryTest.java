package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** From the app's link to its token and back to nothing, in a browser without script. */
class AuthorizeStoryTest extends HostedPageTest {
    @Test
    void personSignsInByMailAllowsTheAppAndTakesItBack() throws Exception {
        Surfer browser = surfer();
        HttpResponse<String> signIn = browser.open(asking(calendar, "openid", "email", "offline_access"));
        Document page = Jsoup.parse(signIn.body());
        assertThat(page.text()).contains("to go on to \u2068Calendar\u2069");
        HttpResponse<String> asked = browser.signIn(signIn, (String) ben.get("email_address"));
        Document consent = Jsoup.parse(asked.body());
        assertThat(consent.getElementById("consent-place").text()).isEqualTo("Acme");
        String code = codeIn(browser.press(consent, "consent-allow"));
        Connection connection = redeem(code);
        assertThat(isActive(calendar, connection.accessToken())).isTrue();
        SignedJWT idToken = SignedJWT.parse(connection.answer().text("id_token"));
        assertThat(idToken.getJWTClaimsSet().getStringClaim("nonce")).isEqualTo("nonce-1");
        assertThat(idToken.getJWTClaimsSet().getIssuer()).isEqualTo(issuer());

        // Without offline_access a consent that stands is not asked for again.
        assertThat(codeIn(browser.open(asking(calendar, Map.of("prompt", "none"), "openid", "email"))))
                .startsWith("cpac_");

        backend.post(revokeOf(ben, calendar), null).ok();
        assertThat(isActive(calendar, connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
        refusedToApp(browser.open(asking(calendar, Map.of("prompt", "none"), "openid")), "consent_required");
        browser.consent(asking(calendar, "openid"));
    }
}
