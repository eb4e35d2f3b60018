package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ungrant.federation.TestProvider;
import dev.ungrant.members.Departures;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.annotation.Property;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in at an organization's own provider: who gets in as whom, and everything that must not work. */
@Property(name = "ungrant.fetching.loopback", value = "true")
class ProviderSignInTest extends PortalTest {
    private static final String SETTINGS = "/organization/settings/sign-in";
    private TestProvider provider;
    private String ada;
    private Member ben;

    @BeforeEach
    void setUp() throws IOException {
        provider = new TestProvider();
        ada = cast.signIn(cast.subject(cast.admin("Ada")));
        ben = cast.member("Ben Okafor");
        forgetLimits();
        assertThat(save(Map.of()).statusCode()).isEqualTo(303);
        says("sub-of-ben", ben.emailAddress(), true);
    }

    @AfterEach
    void close() {
        provider.close();
        forgetLimits();
    }

    /** All tests come from one address. */
    private void forgetLimits() {
        cast.update("UPDATE buckets SET state = NULL, expires_at = 0 WHERE id LIKE 'provider-%'");
        cast.update("DELETE FROM buckets WHERE id LIKE 'provider-%'");
    }

    private HttpResponse<String> save(Map<String, String> different) {
        Document page = page(SETTINGS, ada);
        Map<String, String> form = new LinkedHashMap<>();
        form.put(
                "form_token",
                page.selectFirst("form.form input[name=form_token]").val());
        form.put("shown", page.selectFirst("input[name=shown]").val());
        form.put("issuer", provider.issuer());
        form.put("client_id", TestProvider.CLIENT_ID);
        form.put("client_secret", TestProvider.CLIENT_SECRET);
        form.putAll(different);
        form.values().removeIf("-"::equals);
        return call(SETTINGS).as(ada).post(form);
    }

    private void says(String sub, String email, boolean verified) {
        provider.person = Map.of("sub", sub, "email", email, "email_verified", verified, "name", "Somebody New");
    }

    private String wireId() {
        return "organization-test-" + cast.organization.organizationId();
    }

    /** A browser that follows the link of our page to the provider. */
    private final class Traveller {
        final String attempt;
        final URI provider;

        Traveller() {
            HttpResponse<String> page = call("/sign-in/" + wireId()).get();
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            attempt = cookieOf(page, "o");
            HttpResponse<String> gone = call(Jsoup.parse(page.body())
                            .selectFirst("#provider-go")
                            .attr("href"))
                    .cookie("o", attempt)
                    .get();
            assertThat(gone.statusCode()).as(gone.body()).isEqualTo(303);
            provider = URI.create(location(gone));
        }

        HttpResponse<String> back(String address) {
            return call(address.substring(address().length()))
                    .cookie("o", attempt)
                    .get();
        }

        HttpResponse<String> back() {
            return back(ProviderSignInTest.this.provider.authorize(provider));
        }
    }

    private HttpResponse<String> signIn() {
        return new Traveller().back();
    }

    private static String why(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.headers().allValues("set-cookie")).noneMatch(cookie -> cookie.startsWith("s="));
        return Jsoup.parse(refused.body()).select("#refused-why").text();
    }

    @Test
    void memberSignsInAndTheProvidersIdSaysWhoTheyAreFromThenOn() throws SQLException {
        Traveller traveller = new Traveller();
        Map<String, String> asked = TestProvider.parameters(traveller.provider.getRawQuery());
        assertThat(asked)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", TestProvider.CLIENT_ID)
                .containsEntry("redirect_uri", address() + "/sign-in/callback/" + wireId())
                .containsEntry("code_challenge_method", "S256");
        assertThat(asked.get("state")).hasSize(43).isNotEqualTo(asked.get("nonce"));
        HttpResponse<String> entered = traveller.back();
        assertThat(entered.statusCode()).as(entered.body()).isEqualTo(303);
        assertThat(location(entered)).isEqualTo("/");
        String session = cookieOf(entered, "s");
        assertThat(page("/", session).select(".account").text()).contains("Ben Okafor");
        assertThat(text("SELECT factors->>'$[0].type' FROM sessions WHERE tenant_id = UUID_TO_BIN(?)"
                        + " ORDER BY started_at DESC LIMIT 1"))
                .isEqualTo("sso");
        assertThat(audited("member.linked")).isEqualTo(1);
        assertThat(audited("session.begun")).isEqualTo(1);

        // Their address has changed at the provider; they have not.
        says("sub-of-ben", "new-" + UUID.randomUUID() + "@elsewhere.example", false);
        assertThat(page("/", cookieOf(signIn(), "s")).select(".account").text()).contains("Ben Okafor");
        assertThat(audited("member.linked")).isEqualTo(1);

        // Somebody else who has got the address is not Ben.
        says("sub-of-another", ben.emailAddress(), true);
        assertThat(why(signIn())).contains("belongs to another account of the provider");
        assertThat(call(SETTINGS + "/unlink")
                        .as(ada)
                        .post(Map.of("form_token", formToken(ada)))
                        .statusCode())
                .isEqualTo(303);
        assertThat(signIn().statusCode()).isEqualTo(303);
    }

    @Test
    void sessionOfAProviderReachesNoOtherOrganization() {
        PortalCast other = new PortalCast(context);
        other.memberAt("Ben There", ben.emailAddress());
        Organizations organizations = context.getBean(Organizations.class);
        ProjectCaller backend = new ProjectCaller(cast.project.projectId(), new Via(Via.Door.COMMAND, "x", ""));
        var globex = organizations.create(backend, new JsonBody(Map.of("organization_name", "Globex")));
        context.getBean(Members.class)
                .create(backend, globex, new JsonBody(Map.of("email_address", ben.emailAddress(), "name", "Ben G")));
        String session = cookieOf(signIn(), "s");
        assertThat(page("/switch", session).select("button[name=person]")).hasSize(1);
    }

    @Test
    void whatTheProviderSaysMustHold() {
        Map<String, UnaryOperator<JWTClaimsSet>> bends = new LinkedHashMap<>();
        bends.put("nonce", claims -> with(claims, "nonce", "another"));
        bends.put("no nonce", claims -> with(claims, "nonce", null));
        bends.put("audience", claims -> with(claims, "aud", List.of("somebody-else")));
        bends.put("two audiences", claims -> with(claims, "aud", List.of(TestProvider.CLIENT_ID, "b")));
        bends.put("azp", claims -> with(with(claims, "aud", List.of(TestProvider.CLIENT_ID, "b")), "azp", "b"));
        bends.put("issuer", claims -> with(claims, "iss", "https://evil.example"));
        bends.put(
                "expired", claims -> with(claims, "exp", Date.from(Instant.now().minusSeconds(120))));
        bends.put("no expiry", claims -> with(claims, "exp", null));
        bends.put("no subject", claims -> with(claims, "sub", null));
        for (var bend : bends.entrySet()) {
            provider.bend = bend.getValue();
            forgetLimits();
            cast.update("UPDATE sign_in_providers SET tried_at = NULL");
            HttpResponse<String> answer = signIn();
            assertThat(answer.statusCode()).as(bend.getKey()).isEqualTo(403);
            assertThat(why(answer)).as(bend.getKey()).contains("could not be trusted");
        }
        provider.bend = UnaryOperator.identity();
        for (String algorithm : List.of("none", "HS256")) {
            provider.signWith = algorithm;
            forgetLimits();
            cast.update("UPDATE sign_in_providers SET tried_at = NULL");
            assertThat(why(signIn())).as(algorithm).contains("could not be trusted");
        }
        provider.signWith = "RS256";
        forgetLimits();
        assertThat(signIn().statusCode()).isEqualTo(303);
    }

    private static JWTClaimsSet with(JWTClaimsSet claims, String name, Object value) {
        return new JWTClaimsSet.Builder(claims).claim(name, value).build();
    }

    @Test
    void answerCountsOnceInTheBrowserThatAskedAndWithItsState() throws SQLException {
        Traveller traveller = new Traveller();
        String back = provider.authorize(traveller.provider);
        Traveller another = new Traveller();
        assertThat(why(another.back(back))).as("another browser").contains("another browser");
        assertThat(why(call(back.substring(address().length())).get()))
                .as("no browser")
                .contains("another browser");
        assertThat(why(traveller.back(back.replaceAll("state=[^&]*", "state=" + "A".repeat(43)))))
                .contains("another browser");
        assertThat(why(traveller.back(back.replaceAll("&state=[^&]*", "")))).contains("another browser");
        HttpResponse<String> entered = traveller.back(back);
        assertThat(entered.statusCode()).as(entered.body()).isEqualTo(303);
        assertThat(why(traveller.back(back))).as("again").contains("used already");
        assertThat(text("SELECT COUNT(*) FROM provider_sign_ins WHERE organization_id = UUID_TO_BIN(?)"))
                .as("the other one’s attempt stands")
                .isEqualTo("1");

        Traveller late = new Traveller();
        String lateBack = provider.authorize(late.provider);
        cast.update("UPDATE provider_sign_ins SET expires_at = UTC_TIMESTAMP(6)");
        assertThat(why(late.back(lateBack))).contains("too long");
    }

    @Test
    void nobodyIsSentOffByAForeignLink() {
        HttpResponse<String> page = call("/sign-in/" + wireId()).get();
        String link = Jsoup.parse(page.body()).selectFirst("#provider-go").attr("href");
        assertThat(why(call(link).get())).as("without the cookie").contains("another browser");
        String other = cookieOf(call("/sign-in/" + wireId()).get(), "o");
        assertThat(why(call(link).cookie("o", other).get()))
                .as("another’s link")
                .contains("another browser");
        assertThat(call(link).cookie("o", cookieOf(page, "o")).get().statusCode())
                .isEqualTo(303);
        assertThat(why(call(link).cookie("o", cookieOf(page, "o")).get()))
                .as("a second time")
                .contains("used already");
    }

    @Test
    void answerOfAnotherIssuerOrOrganizationIsNotTaken() {
        Traveller mixed = new Traveller();
        String back = provider.authorize(mixed.provider);
        assertThat(why(mixed.back(back.replaceAll("iss=.*", "iss=https://evil.example"))))
                .contains("could not be trusted");
        Traveller silent = new Traveller();
        assertThat(why(silent.back(provider.authorize(silent.provider).replaceAll("&iss=.*", ""))))
                .as("the provider promises iss")
                .contains("could not be trusted");
        Traveller crossed = new Traveller();
        PortalCast other = new PortalCast(context);
        String elsewhere = provider.authorize(crossed.provider)
                .replace(wireId(), "organization-test-" + other.organization.organizationId());
        assertThat(why(crossed.back(elsewhere))).contains("another browser");

        // The provider was changed while somebody was on the way.
        Traveller under = new Traveller();
        String underBack = provider.authorize(under.provider);
        save(Map.of("client_id", "another-client", "client_secret", "-"));
        assertThat(why(under.back(underBack))).contains("another browser");
    }

    @Test
    void onlyVerifiedAddressesOfTheDomainsCount() throws SQLException {
        says("sub-1", ben.emailAddress(), false);
        assertThat(why(signIn())).contains("did not say that your email address is verified");
        provider.person = Map.of("sub", "sub-1", "email", ben.emailAddress(), "email_verified", "true");
        assertThat(why(signIn())).as("a text is no yes").contains("verified");
        provider.person = Map.of("sub", "sub-1");
        assertThat(why(signIn())).contains("verified");
        save(Map.of("domains", "other.example"));
        says("sub-1", ben.emailAddress(), true);
        assertThat(why(signIn())).contains("not of a domain");
        save(Map.of("domains", "acme.example"));
        assertThat(signIn().statusCode()).isEqualTo(303);
        assertThat(audited("provider.sign_in")).as("refusals").isEqualTo(4);
    }

    @Test
    void strangersBecomeMembersOnlyWhereTheSettingsSayAndDeactivatedOnesNever() throws SQLException {
        String stranger = "new-" + UUID.randomUUID() + "@acme.example";
        says("sub-new", stranger, true);
        assertThat(why(signIn())).contains("No active member");
        save(Map.of("newcomers", "yes"));
        assertThat(why(signIn())).as("no domain is listed").contains("No active member");
        save(Map.of("newcomers", "yes", "domains", "acme.example"));
        String session = cookieOf(signIn(), "s");
        assertThat(page("/", session).select(".account").text()).contains("Somebody New", stranger);
        assertThat(page("/", session).select(".tabs").text()).doesNotContain("Organization");
        assertThat(audited("member.created")).isEqualTo(3);

        context.getBean(Departures.class)
                .deactivate(new ProjectCaller(cast.project.projectId(), new Via(Via.Door.COMMAND, "x", "")), ben);
        says("sub-of-ben", ben.emailAddress(), true);
        assertThat(why(signIn())).contains("No active member");
        assertThat(audited("member.created")).isEqualTo(3);
        cast.update("UPDATE members SET status = 'DELETED' WHERE email_address = ?", stranger);
        says("sub-new", stranger, true);
        assertThat(why(signIn())).as("linked, and deactivated since").contains("No active member");
    }

    @Test
    void onlyThisWayMeansThatCodesLetNobodyInButForEmergencies() {
        Member eve = cast.member("Eve Emergency");
        cast.update("UPDATE members SET is_breakglass = TRUE WHERE member_id = ?", eve.memberId());
        save(Map.of("required", "yes"));
        HttpResponse<String> asked = call("/sign-in").post(Map.of("email", ben.emailAddress()));
        assertThat(location(asked)).isEqualTo("/sign-in/code");
        var mail = mailTo(ben.emailAddress(), 1);
        assertThat(mail.text()).contains("/sign-in/" + wireId()).doesNotContainPattern("\\b[0-9]{6}\\b");

        // A code from before is worth nothing either.
        call("/sign-in").post(Map.of("email", eve.emailAddress()));
        String subject = mailTo(eve.emailAddress(), 1).subject();
        assertThat(subject).matches("[0-9]{6} is.*");
        HttpResponse<String> again = call("/sign-in").post(Map.of("email", eve.emailAddress()));
        HttpResponse<String> entered = call("/sign-in/code")
                .cookie("i", cookieOf(again, "i"))
                .post(Map.of("code", mailTo(eve.emailAddress(), 2).subject().substring(0, 6)));
        assertThat(location(entered)).isEqualTo("/");
        assertThat(signIn().statusCode()).isEqualTo(303);

        save(Map.of());
        HttpResponse<String> free = call("/sign-in").post(Map.of("email", ben.emailAddress()));
        String code = mailTo(ben.emailAddress(), 2).subject().substring(0, 6);
        save(Map.of("required", "yes"));
        assertThat(location(
                        call("/sign-in/code").cookie("i", cookieOf(free, "i")).post(Map.of("code", code))))
                .as("it was switched on between the mail and the code")
                .isEqualTo("/sign-in");
    }

    @Test
    void newKeysOfTheProviderAreFoundAndItsSilenceIsSaid() {
        assertThat(signIn().statusCode()).isEqualTo(303);
        provider.rotate();
        cast.update("UPDATE sign_in_providers SET tried_at = tried_at - INTERVAL 1 MINUTE");
        assertThat(signIn().statusCode()).as("rotated").isEqualTo(303);
        Traveller under = new Traveller();
        String back = provider.authorize(under.provider);
        provider.close();
        assertThat(why(under.back(back))).contains("does not answer");
    }

    @Test
    void checkSaysWhatIsWrong() {
        assertThat(checked().select("#provider-good").text()).contains("The provider answers");
        save(Map.of("client_secret", "wrong"));
        assertThat(checked().select("#provider-bad").text()).contains("or the secret is wrong", "invalid_client");
        provider.issuerSaid = "https://somebody.example";
        assertThat(checked().select("#provider-bad").text())
                .contains("calls itself something else", "https://somebody.example");
        provider.issuerSaid = null;
        for (String inside : List.of(
                "https://10.0.0.7/oidc", "https://169.254.169.254", "https://[fd00::7]", "https://192.168.1.1:8443")) {
            forgetLimits();
            save(Map.of("issuer", inside));
            assertThat(checked().select("#provider-bad").text())
                    .as(inside)
                    .contains("does not answer as it should", "not on the public Internet");
        }
        save(Map.of("issuer", provider.issuer() + "/nowhere"));
        assertThat(checked().select("#provider-bad").text()).contains("status 404");
        provider.close();
        assertThat(checked().select("#provider-bad").text()).contains("cannot be reached");
    }

    private Document checked() {
        HttpResponse<String> answer = call(SETTINGS + "/check").as(ada).post(Map.of("form_token", formToken(ada)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    @Test
    void secretIsNeverShownAndStoredEncrypted() throws SQLException {
        Document page = page(SETTINGS, ada);
        assertThat(page.html()).doesNotContain(TestProvider.CLIENT_SECRET);
        assertThat(page.select("#client_secret").val()).isEmpty();
        assertThat(
                        text(
                                "SELECT INSTR(client_secret, 'secret') FROM sign_in_providers WHERE organization_id = UUID_TO_BIN(?)"))
                .isEqualTo("0");
        assertThat(save(Map.of("client_secret", "-", "domains", "acme.example")).statusCode())
                .as("left empty it stays")
                .isEqualTo(303);
        assertThat(signIn().statusCode()).isEqualTo(303);
    }

    @Test
    void mistakesAreSaidAndOlderFormsRefused() {
        HttpResponse<String> wrong = save(Map.of("issuer", "http://a.example", "client_id", "", "domains", "x y_z"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        Document page = Jsoup.parse(wrong.body());
        for (String field : List.of("issuer", "client_id", "domains")) {
            assertThat(page.select("#" + field + "-wrong").text()).as(field).isNotBlank();
        }
        assertThat(save(Map.of("shown", "older")).statusCode()).isEqualTo(409);
        String reader;
        cast.role("sso-reader", "stytch.sso get");
        reader = cast.signIn(cast.subject(cast.memberWith("Rea", "sso-reader")));
        Document looks = page(SETTINGS, reader);
        assertThat(looks.select("#provider-save, #provider-check, #provider-delete, #client_secret"))
                .isEmpty();
        for (String path : List.of(SETTINGS, SETTINGS + "/check", SETTINGS + "/unlink", SETTINGS + "/delete")) {
            Map<String, String> form =
                    new HashMap<>(Map.of("form_token", formToken(reader), "issuer", provider.issuer()));
            form.put("client_id", "x");
            form.put("client_secret", "x");
            form.put("shown", looks.selectFirst("input[name=shown]").val());
            assertThat(call(path).as(reader).post(form).statusCode()).as(path).isEqualTo(403);
        }
        String ordinary = cast.signIn(cast.subject(cast.member("Olaf")));
        assertThat(call(SETTINGS).as(ordinary).get().statusCode()).isEqualTo(403);
    }

    @Test
    void removedProviderLetsNobodyIn() {
        assertThat(signIn().statusCode()).isEqualTo(303);
        Traveller under = new Traveller();
        String back = provider.authorize(under.provider);
        assertThat(page(SETTINGS + "/delete", ada).select(".points").text()).contains("127.0.0.1");
        assertThat(call(SETTINGS + "/delete")
                        .as(ada)
                        .post(Map.of("form_token", formToken(ada)))
                        .statusCode())
                .isEqualTo(303);
        assertThat(why(under.back(back))).contains("another browser");
        assertThat(call("/sign-in/" + wireId()).get().statusCode()).isEqualTo(422);
        assertThat(call("/sign-in/nobody-at-all").get().body())
                .as("the same words for whoever was never there")
                .contains("No sign-in goes by that name");
    }

    @Test
    void organizationIsFoundByItsShortNameAndTheOldSessionEnds() {
        String slug = "acme-" + UUID.randomUUID();
        cast.update(
                "UPDATE organizations SET slug = ? WHERE organization_id = ?",
                slug,
                cast.organization.organizationId());
        HttpResponse<String> named = call("/sign-in/organization").post(Map.of("organization", slug));
        assertThat(Jsoup.parse(named.body()).select("h1").text()).isEqualTo("Sign in to Acme");
        assertThat(call("/sign-in/" + slug).get().statusCode()).isEqualTo(200);
        assertThat(call("/sign-in/" + slug + "?return_to=https://evil.example")
                        .get()
                        .body())
                .doesNotContain("evil.example");
        Traveller traveller = new Traveller();
        String old = cast.signIn(cast.subject(ben));
        String back = provider.authorize(traveller.provider);
        HttpResponse<String> entered = call(back.substring(address().length()))
                .cookie("o", traveller.attempt)
                .as(old)
                .get();
        assertThat(cookieOf(entered, "s")).isNotEqualTo(old);
        assertThat(call("/").as(old).get().statusCode()).isEqualTo(303);
        Traveller cancelled = new Traveller();
        String state = TestProvider.parameters(cancelled.provider.getRawQuery()).get("state");
        assertThat(why(cancelled.back(address() + "/sign-in/callback/" + wireId() + "?error=access_denied&state="
                        + state + "&iss=" + provider.issuer())))
                .contains("You ended the sign-in");
    }

    private String text(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, cast.organization.organizationId().toString());
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getString(1);
        }
    }

    private int audited(String action) throws SQLException {
        return Integer.parseInt(text(
                "SELECT COUNT(*) FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = '" + action + "'"));
    }
}
