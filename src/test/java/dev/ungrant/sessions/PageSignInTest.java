package dev.ungrant.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import dev.ungrant.SdkPage;
import dev.ungrant.TestSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Links and codes that pages have sent: for whom, where to, how often, and in which browser. */
final class PageSignInTest extends ApiTest {
    private static final String HOST = "https://host.example";
    private static final String VERIFIER = "a-verifier-of-the-page-that-asked-for-it-43-chars";
    private static final String CHALLENGE = challenge();
    private static final String LINK = "/sdk/v1/b2b/magic_links/email/login_or_signup";
    private static final String BY_LINK = "/sdk/v1/b2b/magic_links/authenticate";
    private static final String CODE = "/sdk/v1/b2b/otps/email/login_or_signup";
    private static final String BY_CODE = "/sdk/v1/b2b/otps/email/authenticate";

    private final String address = "ben-" + UUID.randomUUID() + "@acme.example";
    private Backend backend;
    private Map<String, Object> acme;
    private Map<String, Object> ben;
    private SdkPage page;

    private static String challenge() {
        return java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(dev.ungrant.secrets.Hash.sha256(VERIFIER));
    }

    @BeforeEach
    void cast() {
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, address);
        page(backend, ben);
        page = SdkPage.of(this, backend.project().publicToken(), null).with("Origin", HOST);
    }

    private Map<String, Object> asks(String emailAddress) {
        Map<String, Object> body = new HashMap<>();
        body.put("email_address", emailAddress);
        body.put("organization_id", acme.get("organization_id"));
        body.put("pkce_code_challenge", CHALLENGE);
        return body;
    }

    private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(body);
        changed.put(name, value);
        return changed;
    }

    private Map<String, Object> uses(String token) {
        return Map.of("magic_links_token", token, "pkce_code_verifier", VERIFIER, "session_duration_minutes", 30);
    }

    private static String tokenIn(String mail) {
        Matcher token = Pattern.compile("[?&]token=(cppl_[\\w-]+)").matcher(mail);
        assertThat(token.find()).as(mail).isTrue();
        return token.group(1);
    }

    private static String codeIn(String mail) {
        Matcher code = Pattern.compile("\\b[0-9]{6}\\b").matcher(mail);
        assertThat(code.find()).as(mail).isTrue();
        return code.group();
    }

    @Test
    void linkBeginsASessionThatTheBackendKnows() {
        page.post(LINK, asks(address.toUpperCase(java.util.Locale.ROOT))).ok();
        String mail = textOfMail(address, 1);
        assertThat(mail).contains(HOST + "/authenticate?stytch_token_type=multi_tenant_magic_links&token=cppl_");
        Answer answer = page.post(BY_LINK, uses(tokenIn(mail))).ok();
        assertThat(answer.object("member"))
                .containsEntry("member_id", ben.get("member_id"))
                .containsEntry("email_address_verified", true);
        Answer known = backend.post(
                        "/v1/b2b/sessions/authenticate", Map.of("session_token", answer.text("session_token")))
                .ok();
        assertThat(json.write(known.object("member_session"))).contains("\"type\":\"magic_link\"");
        assertThat(auditEvents(uuid("organization", acme.get("organization_id")), "session.begun"))
                .isEqualTo(1);
        page.post(BY_LINK, uses(tokenIn(mail))).refused(401, "unable_to_auth_magic_link");
    }

    @Test
    void linkCountsInTheBrowserThatAskedForIt() {
        page.post(LINK, asks(address)).ok();
        String token = tokenIn(textOfMail(address, 1));
        page.post(BY_LINK, Map.of("magic_links_token", token)).refused(400, "pkce_mismatch");
        page.post(BY_LINK, with(uses(token), "pkce_code_verifier", CHALLENGE)).refused(400, "pkce_mismatch");
        page.post(BY_LINK, uses(token)).ok();
        page.post(LINK, with(asks(address), "pkce_code_challenge", "short")).refused(400, "bad_request");
        page.post(LINK, with(asks(address), "pkce_code_challenge", null)).refused(400, "bad_request");
    }

    @Test
    void linkLeadsToAPageOfTheProjectOnly() {
        for (String target : new String[] {
            "https://evil.example/authenticate",
            "https://host.example.evil.example/",
            "https://host.example@evil.example/",
            "http://host.example/",
            "//host.example/",
            "javascript:alert(1)",
            "https://host.example/#x",
            "nonsense"
        }) {
            page.post(LINK, with(asks(address), "login_redirect_url", target))
                    .refused(400, "no_match_for_provided_magic_link_url");
        }
        page.with("Origin", null).post(LINK, asks(address)).refused(400, "no_match_for_provided_magic_link_url");
        page.post(LINK, with(asks(address), "login_redirect_url", HOST + "/in?from=mail"))
                .ok();
        assertThat(textOfMail(address, 1)).contains(HOST + "/in?from=mail&stytch_token_type=");
    }

    @Test
    void linkOfAnotherProjectIsUnknown() {
        page.post(LINK, asks(address)).ok();
        String token = tokenIn(textOfMail(address, 1));
        Backend stranger = b2b();
        page(stranger, stranger.member(stranger.organization("Strangers"), "sam@strangers.example"));
        SdkPage.of(this, stranger.project().publicToken(), null)
                .with("Origin", HOST)
                .post(BY_LINK, uses(token))
                .refused(401, "unable_to_auth_magic_link");
        page.post(BY_LINK, uses(token)).ok();
    }

    /** Nobody learns by asking who is a member, and nobody becomes one. */
    @Test
    void strangersGetTheSameAnswerAndNoMail() throws Exception {
        String stranger = "nobody-" + UUID.randomUUID() + "@acme.example";
        for (String path : new String[] {LINK, CODE}) {
            Answer known = page.post(path, asks(address)).ok();
            Answer unknown = page.post(path, asks(stranger)).ok();
            Answer nowhere = page.post(
                            path, with(asks(address), "organization_id", "organization-test-" + UUID.randomUUID()))
                    .ok();
            assertThat(unknown.body().keySet())
                    .isEqualTo(known.body().keySet())
                    .isEqualTo(nowhere.body().keySet());
        }
        // Sent after those, so that those would have come before.
        page.post(CODE, asks(address)).ok();
        textOfMail(address, 3);
        assertThat(TestSession.mailbox().mailsTo(stranger)).isEmpty();
        assertThat(TestSession.mailbox().mailsTo(address)).hasSize(3);
        page.post(BY_CODE, with(asks(stranger), "code", "000000")).refused(401, "unable_to_auth_otp_code");
    }

    @Test
    void lastCodeCountsAndOnlyAFewTries() {
        page.post(CODE, asks(address)).ok();
        String first = codeIn(textOfMail(address, 1));
        page.post(CODE, asks(address)).ok();
        String second = codeIn(textOfMail(address, 2));
        if (!first.equals(second)) {
            page.post(BY_CODE, with(asks(address), "code", first)).refused(401, "unable_to_auth_otp_code");
        }
        Answer answer = page.post(BY_CODE, with(asks(address), "code", second)).ok();
        assertThat(json.write(answer.object("member_session"))).contains("\"type\":\"email_otp\"");
        page.post(BY_CODE, with(asks(address), "code", second)).refused(401, "unable_to_auth_otp_code");

        page.post(CODE, asks(address)).ok();
        String third = codeIn(textOfMail(address, 3));
        String wrong = third.equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 5; i++) {
            page.post(BY_CODE, with(asks(address), "code", wrong)).refused(401, "unable_to_auth_otp_code");
        }
        page.post(BY_CODE, with(asks(address), "code", third)).refused(401, "unable_to_auth_otp_code");
    }

    @Test
    void guessingCodesIsLimitedForAnAddress() {
        page.post(CODE, asks(address)).ok();
        codeIn(textOfMail(address, 1));
        for (int i = 0; i < 20; i++) {
            page.post(BY_CODE, with(asks(address), "code", "abcdef")).refused(401, "unable_to_auth_otp_code");
        }
        page.post(BY_CODE, with(asks(address), "code", "abcdef")).refused(429, "too_many_requests");
    }

    @Test
    void userCodeIsBoundToTheAttempt() {
        Backend shop = consumer();
        String umas = "uma-" + UUID.randomUUID() + "@shop.example";
        Map<String, Object> uma = shop.user(umas);
        page(shop, uma);
        SdkPage shopPage = SdkPage.of(this, shop.project().publicToken(), null).with("Origin", HOST);
        String first = shopPage.post("/sdk/v1/otps/email/login_or_create", Map.of("email", umas))
                .ok()
                .text("method_id");
        String code = codeIn(textOfMail(umas, 1));
        String second = shopPage.post("/sdk/v1/otps/email/send/primary", Map.of("email", umas))
                .ok()
                .text("method_id");
        String another = codeIn(textOfMail(umas, 2));
        if (!code.equals(another)) {
            shopPage.post("/sdk/v1/otps/authenticate", Map.of("method_id", second, "token", code))
                    .refused(401, "unable_to_auth_otp_code");
        }
        assertThat(shopPage.post("/sdk/v1/otps/authenticate", Map.of("method_id", first, "token", code))
                        .ok()
                        .object("user"))
                .containsEntry("user_id", uma.get("user_id"));
    }

    @Test
    void whoIsGoneSinceOrTooLateDoesNotGetIn() throws SQLException {
        page.post(LINK, asks(address)).ok();
        String late = tokenIn(textOfMail(address, 1));
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE page_sign_ins SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE email_address = ?")) {
            statement.setString(1, address);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
        page.post(BY_LINK, uses(late)).refused(401, "unable_to_auth_magic_link");
        page.post(LINK, asks(address)).ok();
        String token = tokenIn(textOfMail(address, 2));
        backend.delete("/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"))
                .ok();
        page.post(BY_LINK, uses(token)).refused(401, "unable_to_auth_magic_link");
    }
}
