package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page that asks, what it says, and whose yes counts. The names are those of the attack cases and rules. */
class ConsentPageTest extends HostedPageTest {
    @Inject
    Policies policies;

    private static Map<String, String> form(Document page, String decision) {
        Map<String, String> fields = new LinkedHashMap<>();
        page.select("form[action^=/oauth2/authorize/] input")
                .forEach(input -> fields.put(input.attr("name"), input.val()));
        fields.put("decision", decision);
        return fields;
    }

    private static String action(Document page) {
        return page.selectFirst("form[action^=/oauth2/authorize/]").attr("action");
    }

    /** As a page that is out of date answers: nothing was done, and the question stands there anew. */
    private Document stale(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
        Document page = Jsoup.parse(response.body());
        assertThat(page.getElementById("consent-stale")).isNotNull();
        assertThat(page.getElementById("consent-allow")).isNotNull();
        return page;
    }

    // Rule 33 (who asks, what in words, for how long).
    @Test
    void rule33PageSaysWhoAsksForWhomForWhatAndForHowLong() {
        Role auditor = new Role("auditor", "", List.of(new Role.ResourceActions("ledger", List.of("export"))));
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(auditor),
                        List.of(),
                        List.of(
                                new Policy.Scope("ledger:read", "Read the ledger", List.of()),
                                new Policy.Scope(
                                        "ledger:export",
                                        "Export the ledger",
                                        List.of(new Role.ResourceActions("ledger", List.of("export")))))));
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(
                calendar, "openid", "email", "ledger:read", "ledger:export", "calendar:write", "offline_access"));
        assertThat(page.getElementById("consent-title").text()).isEqualTo("\u2068Calendar\u2069 wants to act for you");
        assertThat(page.getElementById("consent-publisher").text()).isEqualTo("Not verified – app.example");
        assertThat(page.getElementById("consent-place").text()).isEqualTo("Acme");
        assertThat(page.getElementById("consent-person").text()).isEqualTo(ben.get("email_address"));
        // The worst first; a scope of nobody's project is passed over.
        assertThat(texts(page, "#consent-permits li bdi"))
                .containsExactly(
                        "Keep access when you are signed out",
                        "Read the ledger",
                        "Know who you are",
                        "See your email address");
        assertThat(texts(page, "#consent-withheld li")).containsExactly("Export the ledger");
        assertThat(page.getElementById("consent-duration").text())
                .isEqualTo("Its access stays until you remove it, also while you are signed out.");
        assertThat(page.getElementById("consent-then").text())
                .isEqualTo("Either way you go on to \u2068app.example\u2069 next.");
        assertThat(page.getElementById("consent-apps").attr("href")).isEqualTo("/");
        assertThat(page.getElementById("consent-allow").className())
                .isEqualTo(page.getElementById("consent-deny").className());

        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        assertThat(connection.answer().text("scope").split(" "))
                .containsExactlyInAnyOrder("openid", "email", "ledger:read", "offline_access");

        Document short_ = surfer(ben).consent(asking(app(backend, "third_party"), "openid"));
        assertThat(short_.getElementById("consent-duration").text())
                .isEqualTo("Its access ends after 60 minutes; then it must send you here again.");
    }

    @Test
    void everythingThatAnAppSaysOfItselfStaysInert() throws Exception {
        String hostile = "<script>alert(1)</script>${7*7}__${7*7}__[[${7*7}]]~{::x}\"><img src=x>";
        Client app = app(backend, "third_party", Map.of("client_name", hostile));
        Document page = surfer(ben).consent(asking(app, Map.of("state", hostile, "login_hint", hostile), "openid"));
        assertThat(page.getElementById("consent-title").text()).contains(hostile);
        assertThat(page.select("main script, main img")).isEmpty();
    }

    @Test
    void refusalIsToldToTheAppAndKept() {
        Surfer browser = surfer(ben);
        refusedToApp(browser.press(browser.consent(asking(calendar, "openid")), "consent-deny"), "access_denied");
        assertThat(grantRows(backend.project(), ben)).isZero();
        assertThat(auditEvents(uuid("organization", acme.get("organization_id")), "consent.denied"))
                .isEqualTo(1);
    }

    // C04: a form that another site sends, or that was made for somebody else.
    @Test
    void c04TransactionOfSomebodyElseIsRefused() {
        Surfer attacker = surfer(member(acme, "eve"));
        Document theirs = attacker.consent(asking(calendar, "openid"));
        Surfer victim = surfer(ben);
        Document mine = victim.consent(asking(calendar, "openid"));
        // By another site, with everything that the attacker knows.
        assertThat(victim.post(action(theirs), form(theirs, "allow"), "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(victim.post(action(theirs), form(theirs, "allow")).statusCode())
                .isEqualTo(403);
        // Even with the victim's own form token the transaction is not this browser's.
        Map<String, String> mixed = form(theirs, "allow");
        mixed.put("form_token", form(mine, "allow").get("form_token"));
        refusedOnPage(victim.post(action(theirs), mixed));
        // Nor does the attacker's word count for the victim's own transaction.
        Map<String, String> swapped = form(mine, "allow");
        swapped.put("shown", form(theirs, "allow").get("shown"));
        stale(victim.post(action(mine), swapped));
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    // C05: a consent is given by the form of the page and by nothing else.
    @Test
    void c05NoConsentIsGivenByALink() {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        HttpResponse<String> response = browser.get(action(page) + "?" + encoded(form(page, "allow")));
        assertThat(Jsoup.parse(response.body()).getElementById("consent-title")).isNotNull();
        assertThat(browser.get(authorize(
                                asking(calendar, Map.of("decision", "allow", "consent_granted", "true"), "openid")))
                        .headers()
                        .firstValue("location")
                        .orElseThrow())
                .startsWith("/oauth2/authorize/");
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    // C06: who begins a flow in one browser cannot have it finished in another.
    @Test
    void c06RequestBelongsToTheBrowserThatBeganIt() {
        Surfer attacker = surfer();
        String address = location(attacker.get(authorize(asking(calendar, "openid"))));
        refusedOnPage(surfer(ben).get(address));
        String byForm = location(attacker.post("/oauth2/authorize", asking(calendar, "openid"), "cross-site"));
        refusedOnPage(surfer(ben).get(byForm));
        assertThat(attacker.get(address).statusCode()).isEqualTo(303);
    }

    // C07, rule 18: whom nothing but their own word identifies is asked about each time.
    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9/cb", "com.example.pocket:/cb"})
    void c07PublicAppWithoutAnAssuredIdentityIsAlwaysAskedAbout(String redirectUri) {
        Client pocket = app(
                backend, "third_party_public", Map.of("client_name", "Pocket", "redirect_urls", List.of(redirectUri)));
        Map<String, String> parameters = asking(pocket, Map.of("redirect_uri", redirectUri), "openid");
        Surfer browser = surfer(ben);
        assertThat(location(browser.press(browser.consent(parameters), "consent-allow")))
                .startsWith(redirectUri + "?")
                .contains("code=");
        browser.consent(parameters);
        parameters.put("prompt", "none");
        assertThat(location(browser.open(parameters))).contains("error=consent_required");
        // An address that only its owner can serve is an identity (RFC 8252 §8.6).
        Client web = app(backend, "third_party_public");
        browser.allow(asking(web, "openid"));
        assertThat(codeIn(browser.open(asking(web, "openid")))).startsWith("cpac_");
    }

    // C08: what is granted is what was shown.
    @Test
    void c08WhatIsNotAsItWasShownIsNotGranted() {
        policies.replace(
                backend.project().projectId(),
                new Policy(
                        List.of(), List.of(), List.of(new Policy.Scope("ledger:read", "Read the ledger", List.of()))));
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid", "ledger:read"));
        // More in the form than the page had, changes nothing.
        Map<String, String> more = form(page, "allow");
        more.put("scope", "openid email offline_access");
        more.put("redirect_uri", "https://evil.example/");
        // Less that can be given than was shown: the page is drawn again.
        policies.replace(backend.project().projectId(), Policy.EMPTY);
        Document again = stale(browser.post(action(page), more));
        assertThat(again.select("#consent-permits li").eachAttr("data-scope")).containsExactly("openid");
        String code = codeIn(browser.press(again, "consent-allow"));
        assertThat(redeem(code).answer().text("scope")).isEqualTo("openid");
        // The address to go back to was taken out of the app meanwhile.
        Document late = browser.consent(asking(calendar, Map.of("prompt", "consent"), "openid"));
        backend.put(
                        "/v1/connected_apps/clients/" + calendar.id(),
                        Map.of("redirect_urls", List.of("https://new.example/")))
                .ok();
        refusedOnPage(browser.press(late, "consent-allow"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "yes", "ALLOW"})
    void wordsThatAreNeitherYesNorNoAreNone(String decision) {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        HttpResponse<String> response = browser.post(action(page), form(page, decision));
        assertThat(location(response)).isEqualTo(action(page));
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    @Test
    void changedWordOfWhatWasShownIsRefused() {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        for (String shown : List.of(
                "", "0".repeat(64), page.selectFirst("input[name=shown]").val() + "0")) {
            Map<String, String> form = form(page, "allow");
            form.put("shown", shown);
            stale(browser.post(action(page), form));
        }
        Map<String, String> form = form(page, "allow");
        form.remove("shown");
        stale(browser.post(action(page), form));
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    // R04: it is the last word between person and app that counts, not when it was spoken.
    @Test
    void r04YesOfAPageThatWasOpenDuringARevokeIsStale() {
        surfer(ben).allow(asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, Map.of("prompt", "consent"), "openid"));
        backend.post(revokeOf(ben, calendar), null).ok();
        Document again = stale(browser.press(page, "consent-allow"));
        assertThat(grantRows(backend.project(), ben)).isZero();
        // The page that was drawn anew is good.
        redeem(codeIn(browser.press(again, "consent-allow")));
        assertThat(grantRows(backend.project(), ben)).isEqualTo(1);
    }

    @Test
    void r04YesOfAPageThatWasOpenDuringConsentAndRevokeIsStale() {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        surfer(ben).allow(asking(calendar, "openid"));
        backend.post(revokeOf(ben, calendar), null).ok();
        stale(browser.press(page, "consent-allow"));
        // Twice: the identity of each grant counts, not their number.
        Document second = browser.consent(asking(calendar, "openid"));
        surfer(ben).allow(asking(calendar, "openid"));
        backend.post(revokeOf(ben, calendar), null).ok();
        stale(browser.press(second, "consent-allow"));
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    @Test
    void questionIsAnsweredOnce() {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        codeIn(browser.press(page, "consent-allow"));
        refusedOnPage(browser.press(page, "consent-allow"));
        refusedOnPage(browser.get(action(page)));
    }

    @Test
    void questionThatOutlivesTheSessionIsAskedAgainAfterSignIn() {
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        backend.post("/v1/b2b/sessions/revoke", Map.of("member_id", ben.get("member_id")))
                .ok();
        HttpResponse<String> late = browser.press(page, "consent-allow");
        assertThat(location(late)).isEqualTo("/sign-in?return_to=" + action(page));
        HttpResponse<String> asked = browser.signIn(browser.follow(late), (String) ben.get("email_address"));
        codeIn(browser.press(Jsoup.parse(asked.body()), "consent-allow"));
    }

    @Test
    void formLeadsHereAndOnToThisOneApp() {
        Surfer browser = surfer(ben);
        HttpResponse<String> response = browser.open(asking(calendar, "openid"));
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("form-action 'self' https://app.example;");
        Client pocket = app(
                backend,
                "third_party_public",
                Map.of("redirect_urls", List.of("com.example.pocket:/cb", "http://127.0.0.1/cb", "http://[::1]/cb")));
        for (String[] pair : List.of(
                new String[] {"com.example.pocket:/cb", "'self' com.example.pocket:;"},
                new String[] {"http://127.0.0.1:7777/cb", "'self' http://127.0.0.1:7777;"},
                new String[] {"http://[::1]:7777/cb", "'self' http:;"})) {
            assertThat(browser.open(asking(pocket, Map.of("redirect_uri", pair[0]), "openid"))
                            .headers()
                            .firstValue("content-security-policy")
                            .orElse(""))
                    .contains("form-action " + pair[1]);
        }
        assertThat(browser.get("/sessions")
                        .headers()
                        .firstValue("content-security-policy")
                        .orElse(""))
                .contains("form-action 'self';");
    }

    @Test
    void organizationThatForbidsTheAppLeavesNothingToAllow() {
        backend.put(
                        "/v1/b2b/organizations/" + acme.get("organization_id"),
                        Map.of(
                                "third_party_connected_apps_allowed_type",
                                "RESTRICTED",
                                "allowed_third_party_connected_apps",
                                List.of()))
                .ok();
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, "openid"));
        assertThat(page.getElementById("consent-allow")).isNull();
        assertThat(page.getElementById("consent-forbidden").text()).contains("Acme", "Calendar");
        refusedToApp(browser.post(action(page), form(page, "allow")), "access_denied");
        assertThat(grantRows(backend.project(), ben)).isZero();
    }

    @Test
    void firstPartyAppIsAskedAboutOnlyAfterItsAccessWasTakenBack() {
        Client own = app(backend, "first_party");
        Surfer browser = surfer(ben);
        codeIn(browser.open(asking(own, "openid")));
        backend.post(revokeOf(ben, own), null).ok();
        browser.allow(asking(own, "openid"));
        codeIn(browser.open(asking(own, "openid")));
    }

    @Test
    void userOfAShopIsAskedForTheirAccountThere() {
        backend = hosted(Vertical.CONSUMER);
        Map<String, Object> uma = backend.user("uma@example.com");
        calendar = app(backend, "third_party");
        Surfer browser = surfer(uma);
        Document page = browser.consent(asking(calendar, "openid"));
        assertThat(page.getElementById("consent-place").text()).isEqualTo("Test");
        redeem(codeIn(browser.press(page, "consent-allow")));
        backend.post(revokeOf(uma, calendar), null).ok();
        browser.consent(asking(calendar, "openid"));
    }

    @Test
    void loginIsAskedForAgainAndItsTimeIsInTheIdToken() throws Exception {
        String address = (String) ben.get("email_address");
        Surfer browser = surfer(ben);
        String old = browser.cookies.get("s");
        Instant before = Instant.now().minusSeconds(1);
        HttpResponse<String> signIn =
                browser.open(asking(calendar, Map.of("prompt", "login", "login_hint", address), "openid"));
        assertThat(Jsoup.parse(signIn.body()).getElementById("email").val()).isEqualTo(address);
        Document page = Jsoup.parse(browser.signIn(signIn, address).body());
        // C22: another session, and the old one is dead.
        assertThat(browser.cookies.get("s")).isNotEqualTo(old);
        Surfer thief = surfer();
        thief.cookies.put("s", old);
        assertThat(thief.get("/").statusCode()).isEqualTo(303);
        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        long authTime = SignedJWT.parse(connection.answer().text("id_token"))
                .getJWTClaimsSet()
                .getLongClaim("auth_time");
        assertThat(Instant.ofEpochSecond(authTime))
                .isAfterOrEqualTo(before.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        // Once more without it: the same time, as nobody has signed in since.
        Thread.sleep(1100);
        Connection later = redeem(codeIn(browser.open(asking(calendar, "openid"))));
        assertThat(SignedJWT.parse(later.answer().text("id_token"))
                        .getJWTClaimsSet()
                        .getLongClaim("auth_time"))
                .isEqualTo(authTime);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "600, true"})
    void proofThatIsOlderThanTheAppWantsIsAskedForAgain(int maxAge, boolean goodEnough) throws Exception {
        String address = (String) ben.get("email_address");
        surfer(ben).allow(asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        Thread.sleep(2100);
        Map<String, String> silent =
                asking(calendar, Map.of("max_age", String.valueOf(maxAge), "prompt", "none"), "openid");
        Map<String, String> parameters = asking(calendar, Map.of("max_age", String.valueOf(maxAge)), "openid");
        if (goodEnough) {
            codeIn(browser.open(silent));
            codeIn(browser.open(parameters));
            return;
        }
        refusedToApp(browser.open(silent), "login_required");
        HttpResponse<String> signIn = browser.open(parameters);
        Connection connection = redeem(codeIn(browser.signIn(signIn, address)));
        assertThat(SignedJWT.parse(connection.answer().text("id_token"))
                        .getJWTClaimsSet()
                        .getLongClaim("auth_time"))
                .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(10L));
    }

    @Test
    void personOfSeveralOrganizationsChoosesAndChangesTheirMind() throws Exception {
        String address = (String) ben.get("email_address");
        Map<String, Object> globex = backend.organization("Globex");
        Map<String, Object> alsoBen = backend.member(globex, address);
        // The same address in another project is nobody here.
        Backend other = hosted(Vertical.B2B);
        other.member(other.organization("Initech"), address);

        Surfer browser = surfer();
        HttpResponse<String> signIn = browser.open(asking(calendar, "openid"));
        Document choose = Jsoup.parse(browser.signIn(signIn, address).body());
        assertThat(texts(choose, ".choice bdi")).containsExactly("Acme", "Globex");
        Document asked = Jsoup.parse(browser.follow(browser.post(
                        "/sign-in/choose",
                        Map.of(
                                "person",
                                (String) alsoBen.get("member_id"),
                                "return_to",
                                choose.selectFirst("input[name=return_to]").val())))
                .body());
        assertThat(asked.getElementById("consent-place").text()).isEqualTo("Globex");

        String before = browser.cookies.get("s");
        Document change = Jsoup.parse(
                browser.get(asked.getElementById("consent-switch").attr("href")).body());
        assertThat(texts(change, ".choice > span > bdi")).containsExactly("Acme", "Globex");
        Map<String, String> form = new LinkedHashMap<>();
        change.select("form[action=/switch] input").forEach(input -> form.put(input.attr("name"), input.val()));
        form.put("person", (String) ben.get("member_id"));
        Document again =
                Jsoup.parse(browser.follow(browser.post("/switch", form)).body());
        assertThat(again.getElementById("consent-place").text()).isEqualTo("Acme");
        assertThat(browser.cookies.get("s")).isNotEqualTo(before);
        // The page that was drawn for Globex says nothing about Acme.
        Map<String, String> stale = form(asked, "allow");
        stale.put("form_token", form(again, "allow").get("form_token"));
        stale(browser.post(action(asked), stale));
        redeem(codeIn(browser.press(again, "consent-allow")));
        assertThat(grantRows(backend.project(), ben)).isEqualTo(1);
        assertThat(grantRows(backend.project(), alsoBen)).isZero();
    }

    @Test
    void accountsThatTheAddressDoesNotProveCannotBeSwitchedTo() {
        Map<String, Object> cleo = member(acme, "cleo");
        Surfer browser = surfer(ben);
        Document page = Jsoup.parse(browser.get("/switch").body());
        assertThat(texts(page, ".choice > span > bdi")).containsExactly("Acme");
        Map<String, String> form = new LinkedHashMap<>();
        page.select("form[action=/switch] input").forEach(input -> form.put(input.attr("name"), input.val()));
        form.put("person", (String) cleo.get("member_id"));
        assertThat(browser.post("/switch", form).statusCode()).isEqualTo(404);
        // Not even when an administrator gives Ben's account Cleo's address: what counts is what was proved.
        form.put("person", (String) ben.get("member_id"));
        assertThat(browser.post("/switch", form, "cross-site").statusCode()).isEqualTo(403);
        assertThat(location(browser.post("/switch", form))).isEqualTo("/");
    }

    @Test
    void accountIsChosenWhenTheAppAsksForIt() {
        surfer(ben).allow(asking(calendar, "openid"));
        Surfer browser = surfer(ben);
        HttpResponse<String> choose = browser.open(asking(calendar, Map.of("prompt", "select_account"), "openid"));
        Document page = Jsoup.parse(choose.body());
        assertThat(page.getElementById("switch-another")).isNotNull();
        Map<String, String> form = new LinkedHashMap<>();
        page.select("form[action=/switch] input").forEach(input -> form.put(input.attr("name"), input.val()));
        form.put("person", (String) ben.get("member_id"));
        codeIn(browser.follow(browser.post("/switch", form)));
    }

    @Test
    void hintOfAnIdTokenNamesThePerson() throws Exception {
        Surfer browser = surfer(ben);
        String idToken =
                redeem(browser.allow(asking(calendar, "openid"))).answer().text("id_token");
        codeIn(browser.open(asking(calendar, Map.of("prompt", "none", "id_token_hint", idToken), "openid")));
        Map<String, Object> cleo = member(acme, "cleo");
        surfer(cleo).allow(asking(calendar, "openid"));
        refusedToApp(
                surfer(cleo).open(asking(calendar, Map.of("prompt", "none", "id_token_hint", idToken), "openid")),
                "login_required");
        // With pages: the one who is meant may come forward; whoever else does is not the one.
        Surfer other = surfer(cleo);
        HttpResponse<String> choose = other.open(asking(calendar, Map.of("id_token_hint", idToken), "openid"));
        Document page = Jsoup.parse(choose.body());
        HttpResponse<String> signIn =
                other.get(page.getElementById("switch-another").attr("href"));
        refusedToApp(other.signIn(signIn, (String) cleo.get("email_address")), "login_required");
        Surfer right = surfer(cleo);
        choose = right.open(asking(calendar, Map.of("id_token_hint", idToken), "openid"));
        signIn = right.get(
                Jsoup.parse(choose.body()).getElementById("switch-another").attr("href"));
        codeIn(right.signIn(signIn, (String) ben.get("email_address")));
        // One of another app's, or of nobody's, names nobody.
        Client notes = app(backend, "third_party");
        refusedToApp(
                surfer(ben).open(asking(notes, Map.of("prompt", "none", "id_token_hint", idToken), "openid")),
                "login_required");
    }

    // C11: there is no way to have somebody sent elsewhere after signing in.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/oauth2/authorize/cpar_../../evil",
                "/oauth2/authorize?client_id=x",
                "/oauth2/authorize/cpar_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/../../",
                "/oauth2/logout",
                "javascript:alert(1)",
            })
    void c11ReturnToIsOneOfOurPages(String returnTo) {
        Surfer browser = surfer();
        Document page = Jsoup.parse(browser.get("/sign-in?" + encoded(Map.of("return_to", returnTo)))
                .body());
        assertThat(page.selectFirst("input[name=return_to]").val()).isEqualTo("/");
        Surfer here = surfer(ben);
        page = Jsoup.parse(
                here.get("/switch?" + encoded(Map.of("return_to", returnTo))).body());
        assertThat(page.selectFirst("form[action=/switch] input[name=return_to]")
                        .val())
                .isEqualTo("/");
    }

    @Test
    void peopleOfOtherProjectsGetNoCodeForThisOne() throws Exception {
        Backend other = hosted(Vertical.B2B);
        String stranger = "gil-" + java.util.UUID.randomUUID() + "@globex.example";
        other.member(other.organization("Globex"), stranger);
        Surfer browser = surfer();
        Document page = Jsoup.parse(browser.open(asking(calendar, "openid")).body());
        browser.post(
                "/sign-in",
                Map.of(
                        "email",
                        stranger,
                        "return_to",
                        page.selectFirst("input[name=return_to]").val()));
        browser.post("/sign-in", Map.of("email", (String) ben.get("email_address"), "return_to", "/"));
        for (int i = 0;
                i < 100
                        && dev.ungrant.TestSession.mailbox()
                                .mailsTo((String) ben.get("email_address"))
                                .isEmpty();
                i++) {
            Thread.sleep(50);
        }
        assertThat(dev.ungrant.TestSession.mailbox().mailsTo((String) ben.get("email_address")))
                .hasSize(1);
        assertThat(dev.ungrant.TestSession.mailbox().mailsTo(stranger)).isEmpty();
    }

    @Test
    void sixtyFirstRequestWithinAMinuteIsTooMany() {
        Surfer browser = surfer(ben);
        surfer(ben).allow(asking(calendar, "openid"));
        Map<String, String> silent = asking(calendar, Map.of("prompt", "none"), "openid");
        int answered = 0;
        HttpResponse<String> response = browser.get(authorize(silent));
        while (response.statusCode() == 303 && answered < 70) {
            answered++;
            response = browser.get(authorize(silent));
        }
        assertThat(answered).isBetween(60, 63);
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/html");
    }

    @Test
    void requestForNothingSaysSo() {
        Document page = surfer(ben).consent(asking(calendar, Map.of("scope", ""), "openid"));
        assertThat(page.getElementById("consent-nothing").text()).contains("It asks for no permission");
    }
}
