package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.TestSession;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The browser of outside conformance suites: plain forms, found by the ids that docs/operations.md promises. */
class HtmlUnitTest extends HostedPageTest {
    private LoopbackApp app;
    private WebClient browser;

    @BeforeEach
    void open() {
        app = new LoopbackApp();
        calendar = app(backend, "third_party", Map.of("client_name", "Suite", "redirect_urls", List.of(app.address())));
        browser = new WebClient();
        browser.getOptions().setJavaScriptEnabled(false);
        browser.getOptions().setCssEnabled(false);
        browser.getOptions().setThrowExceptionOnFailingStatusCode(true);
    }

    @AfterEach
    void close() {
        browser.close();
        app.close();
    }

    private HtmlPage visit(Map<String, String> more, String... scopes) throws IOException {
        Map<String, String> parameters = asking(calendar, more, scopes);
        parameters.put("redirect_uri", app.address());
        return browser.getPage(uri(authorize(parameters)).toString());
    }

    private static HtmlPage click(HtmlPage page, String id) throws IOException {
        HtmlElement element = page.getHtmlElementById(id);
        return element.click();
    }

    private HtmlPage signIn(HtmlPage page, String emailAddress) throws Exception {
        int before = TestSession.mailbox().mailsTo(emailAddress).size();
        ((HtmlInput) page.getElementById("email")).type(emailAddress);
        HtmlPage codePage = click(page, "sign-in-send");
        ((HtmlInput) codePage.getElementById("code")).type(mailedCode(emailAddress, before));
        return click(codePage, "sign-in-enter");
    }

    private Answer redeemed(Map<String, String> answer) {
        assertThat(answer).containsEntry("iss", issuer()).containsEntry("state", "state-1");
        Map<String, String> form = calendar.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", answer.get("code"));
        form.put("redirect_uri", app.address());
        form.put("code_verifier", verifier);
        return form("/v1/public/" + backend.project().wireId() + "/oauth2/token", form)
                .ok();
    }

    @Test
    void suiteSignsInAllowsTheAppAndIsAskedAgain() throws Exception {
        String address = (String) ben.get("email_address");
        HtmlPage consent = signIn(visit(Map.of(), "openid", "email"), address);
        assertThat(consent.getElementById("consent-title").getTextContent()).contains("Suite");
        assertThat(click(consent, "consent-allow").asNormalizedText()).contains("Back in the app");
        Map<String, String> answer = app.answer();
        assertThat(answer).containsEntry("method", "GET");
        redeemed(answer);

        // What stands is not asked for again, unless the app wants it so; and a refusal is an answer too.
        visit(Map.of("prompt", "none"), "openid");
        redeemed(app.answer());
        click(visit(Map.of("prompt", "consent"), "openid"), "consent-deny");
        assertThat(app.answer()).containsEntry("error", "access_denied").containsEntry("iss", issuer());
        HtmlPage again = signIn(visit(Map.of("prompt", "login"), "openid"), address);
        assertThat(again.asNormalizedText()).contains("Back in the app");
        redeemed(app.answer());
        backend.post(revokeOf(ben, calendar), null).ok();
        visit(Map.of("prompt", "none"), "openid");
        assertThat(app.answer()).containsEntry("error", "consent_required");
        assertThat(visit(Map.of(), "openid").getElementById("consent-allow")).isNotNull();
    }

    @Test
    void suiteTakesTheAnswerByForm() throws Exception {
        HtmlPage consent =
                signIn(visit(Map.of("response_mode", "form_post"), "openid"), (String) ben.get("email_address"));
        HtmlPage onTheWay = click(consent, "consent-allow");
        assertThat(click(onTheWay, "form-post-continue").asNormalizedText()).contains("Back in the app");
        Map<String, String> answer = app.answer();
        assertThat(answer).containsEntry("method", "POST");
        redeemed(answer);
    }
}
