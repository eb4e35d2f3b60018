package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the authorization endpoint takes and what it refuses, and how. The names are those of the attack cases and rules. */
class AuthorizeEndpointTest extends HostedPageTest {
    @Test
    void aRequestOfTenThousandBytesIsRead() {
        surfer(ben).consent(asking(calendar, Map.of("acr_values", "x".repeat(10_000)), "openid"));
    }

    // C09, rule 1. RFC 9700 §2.1: "When comparing client redirection URIs against pre-registered URIs, authorization
    // servers MUST utilize exact string matching except for port numbers in localhost redirection URIs of native apps".
    // What does not match leads nowhere.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/Callback",
                "https://APP.example/callback",
                "HTTPS://app.example/callback",
                "http://app.example/callback",
                "https://app.example:443/callback",
                "https://app.example:8443/callback",
                "https://app.example./callback",
                "https://app.example/callback/",
                "https://app.example/callback/../callback",
                "https://app.example/x/../callback",
                "https://app.example/callback/..%2Fcallback",
                "https://app.example/%63allback",
                "https://app.example/callback#",
                "https://app.example/callback#fragment",
                "https://app.example/callback?",
                "https://app.example/callback?more=1",
                "https://user@app.example/callback",
                "https://app.example@evil.example/callback",
                "https://app.example\\@evil.example/callback",
                "https://evil.example/https://app.example/callback",
                "https://app.example.evil.example/callback",
                "https://app.example/callback%00",
                "https://app.example/callback\u0000",
                " https://app.example/callback",
                "https://app.example/callback ",
                "https://app.example/*",
                "https://*.example/callback",
                "//app.example/callback",
                "/callback",
                "javascript:alert(1)",
                "data:text/html,x",
                "urn:ietf:wg:oauth:2.0:oob",
                "https://[::1]/callback",
                "",
            })
    void c09RedirectUriThatIsNotTheRegisteredOneLeadsToAnErrorPage(String redirectUri) {
        Map<String, String> parameters = asking(calendar, Map.of("redirect_uri", redirectUri), "openid");
        refusedOnPage(surfer(ben).get(authorize(parameters)));
        refusedOnPage(surfer(ben).post("/oauth2/authorize", parameters, "cross-site"));
        parameters.put("prompt", "none");
        refusedOnPage(surfer().get(authorize(parameters)));
    }

    @Test
    void c09RedirectUriThatIsMissingOrRepeatedLeadsToAnErrorPage() {
        Map<String, String> parameters = asking(calendar, "openid");
        refusedOnPage(surfer(ben).get(authorize(parameters) + "&redirect_uri=https://app.example/callback"));
        parameters.remove("redirect_uri");
        refusedOnPage(surfer(ben).get(authorize(parameters)));
    }

    // Rule 1, RFC 8252 §7.3: a native app cannot know which port of the loopback address is free.
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:51234/cb, true",
        "http://127.0.0.1/cb, true",
        "http://127.0.0.1:51234/cb?x=1, false",
        "http://127.0.0.1:51234/other, false",
        "http://127.0.0.2:51234/cb, false",
        "http://localhost:51234/cb, false",
        "https://127.0.0.1:51234/cb, false",
    })
    void rule1LoopbackRedirectMayHaveAnyPort(String redirectUri, boolean good) {
        Client cli = app(
                backend,
                "third_party_public",
                Map.of("client_name", "Cli", "redirect_urls", List.of("http://127.0.0.1:8080/cb")));
        HttpResponse<String> response = surfer(ben).open(asking(cli, Map.of("redirect_uri", redirectUri), "openid"));
        if (good) {
            Document page = Jsoup.parse(response.body());
            assertThat(page.getElementById("consent-then").text()).contains("program on this computer");
        } else {
            refusedOnPage(response);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "connected-app-live-0b7e1c3e-9d6c-4c9e-8d3f-2f6d5d5b0001",
                "https://evil.example/app.json",
                "connected-app-test-"
            })
    void unknownClientLeadsToAnErrorPage(String clientId) {
        refusedOnPage(surfer(ben).get(authorize(asking(calendar, Map.of("client_id", clientId), "openid"))));
        refusedOnPage(surfer(ben).get(authorize(asking(calendar, "openid")) + "&client_id=" + clientId));
    }

    @Test
    void deletedAppAndAppOfAnotherProjectAreUnknown() {
        Backend other = hosted(Vertical.B2B);
        Client theirs = app(other, "third_party");
        String path = "/oauth2/projects/" + backend.project().wireId() + "/authorize?";
        refusedOnPage(surfer(ben).get(path + encoded(asking(theirs, "openid"))));
        assertThat(surfer(ben).get(path + encoded(asking(calendar, "openid"))).statusCode())
                .isEqualTo(303);
        backend.delete("/v1/connected_apps/clients/" + calendar.id()).ok();
        refusedOnPage(surfer(ben).get(authorize(asking(calendar, "openid"))));
    }

    @Test
    void projectWithAPageOfItsOwnIsNotServedHere() {
        Backend own = b2b();
        Client theirs = app(own, "third_party");
        HttpResponse<String> response = surfer().get(authorize(asking(theirs, "openid")));
        refusedOnPage(response);
        assertThat(response.body()).contains("Another page asks for this app");
    }

    // C12, rule 3 (RFC 9700 §2.1.1, RFC 7636 §4.4.1): PKCE, S256 and nothing else, of everybody.
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -",
                "-, S256",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, -",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, plain",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, s256",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c, S256",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=, S256",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM, S256",
            })
    void c12RequestWithoutAUsableChallengeIsRefused(String challenge, String method) {
        Map<String, String> parameters = asking(calendar, "openid");
        parameters.remove("code_challenge");
        parameters.remove("code_challenge_method");
        if (challenge != null) {
            parameters.put("code_challenge", challenge);
        }
        if (method != null) {
            parameters.put("code_challenge_method", method);
        }
        refusedToApp(surfer(ben).get(authorize(parameters)), "invalid_request");
    }

    @Test
    void c12AppThatIsLetOffPkceMayLeaveItOutButNotWeakenIt() {
        Client relaxed = app(backend, "third_party");
        AppDraft draft = AppDraft.of(apps.find(backend.project().projectId(), relaxed.id()));
        draft.pkceOptional = true;
        apps.update(
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", "")),
                draft.app());
        Map<String, String> parameters = asking(relaxed, "openid");
        parameters.put("code_challenge_method", "plain");
        refusedToApp(surfer(ben).get(authorize(parameters)), "invalid_request");
        parameters.remove("code_challenge");
        refusedToApp(surfer(ben).get(authorize(parameters)), "invalid_request");
        parameters.remove("code_challenge_method");
        assertThat(surfer(ben).allow(parameters)).startsWith("cpac_");
    }

    // RFC 9449 §10: a code that was asked for with a key's thumbprint is worth nothing without the key.
    @Test
    void codeBoundToAKeyIsNotRedeemedWithoutIt() {
        Map<String, String> bound = asking(calendar, Map.of("dpop_jkt", challenge(verifier())), "openid");
        Answer refused = tryRedeem(calendar, surfer(ben).allow(bound));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).doesNotContainKey("access_token");
    }

    // C16, rule 6: no implicit flow, no response mode of any other kind.
    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, id_token, unsupported_response_type",
        "response_type, id_token token, unsupported_response_type",
        "response_type, code id_token, unsupported_response_type",
        "response_type, code token, unsupported_response_type",
        "response_type, none, unsupported_response_type",
        "response_type, '', invalid_request",
        "response_mode, fragment, invalid_request",
        "response_mode, web_message, invalid_request",
        "response_mode, query.jwt, invalid_request",
        "prompt, none login, invalid_request",
        "prompt, create, invalid_request",
        "max_age, -1, invalid_request",
        "max_age, soon, invalid_request",
        "id_token_hint, nonsense, invalid_request",
        "request, nonsense, invalid_request_object",
        "request_uri, https://app.example/request.jwt, invalid_request_uri",
        "registration, {}, registration_not_supported",
        "dpop_jkt, short, invalid_request",
        // Rule 24 (RFC 8707 §2).
        "resource, /relative, invalid_target",
        "resource, https://api.example/#fragment, invalid_target",
        "resource, not a uri, invalid_target",
    })
    void c16WhatIsNotSupportedIsRefusedInTheWordsOfItsStandard(String name, String value, String error) {
        refusedToApp(surfer(ben).get(authorize(asking(calendar, Map.of(name, value), "openid"))), error);
        refusedToApp(
                surfer().post("/oauth2/authorize", asking(calendar, Map.of(name, value), "openid"), "cross-site"),
                error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scope", "response_type", "nonce", "prompt", "code_challenge", "max_age", "response_mode"})
    void parameterThatIsRepeatedIsRefused(String name) {
        Map<String, String> parameters =
                asking(calendar, Map.of("prompt", "consent", "max_age", "10", "response_mode", "query"), "openid");
        refusedToApp(
                surfer(ben).get(authorize(parameters) + '&' + encoded(Map.of(name, parameters.get(name)))),
                "invalid_request");
    }

    @Test
    void resourceMayBeRepeatedAndIsBoundIntoTheToken() throws Exception {
        String address = authorize(asking(calendar, "openid"))
                + "&resource=https://mcp.example/mcp&resource=https://api.example";
        Surfer browser = surfer(ben);
        Document page = Jsoup.parse(browser.follow(browser.get(address)).body());
        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        assertThat(introspect(calendar, connection.accessToken()).list("aud"))
                .contains("https://mcp.example/mcp", "https://api.example");
    }

    // Rule 24: a project that lists its resource servers knows no others.
    @Test
    void rule24ResourceThatTheProjectDoesNotKnowIsRefused() {
        projects.setResources(backend.project(), "[\"https://api.example/v1\"]");
        Surfer browser = surfer(ben);
        refusedToApp(
                browser.get(authorize(asking(calendar, Map.of("resource", "https://api.example"), "openid"))),
                "invalid_target");
        Connection connection =
                redeem(browser.allow(asking(calendar, Map.of("resource", "https://api.example/v1"), "openid")));
        assertThat(introspect(calendar, connection.accessToken()).list("aud")).contains("https://api.example/v1");
        Backend own = b2b();
        projects.setResources(own.project(), "[]");
        Map<String, Object> gil = own.member(own.organization("Globex"), "gil@globex.example");
        Map<String, Object> body = new java.util.HashMap<>(authorization(gil, app(own, "third_party"), "openid"));
        body.putAll(Map.of(
                "consent_granted",
                true,
                "code_challenge",
                challenge(verifier),
                "resources",
                List.of("https://api.example")));
        own.post(idp(gil, ""), body).refused(400, "bad_request");
    }

    /**
     * Whatever comes, the answer is one of three: a page, a redirect to a page of ours, or a redirect to the app's own address. The
     * seed is fixed, so that a failure can be seen again.
     */
    @Test
    void mangledRequestsNeverLeadElsewhereAndNeverFail() {
        Random random = new Random(20261121);
        List<String> pieces = List.of(
                "%00",
                "%",
                "%zz",
                "%C0%AE",
                "&",
                "&&",
                "=",
                "a=b",
                "[",
                "{\"",
                "}",
                " ",
                "+",
                "#",
                "..",
                "//evil.example",
                "\\",
                "@",
                "%0d%0aLocation:%20https://evil.example",
                "none",
                "code",
                "openid",
                "\u202E",
                "request_uri=urn:ietf:params:oauth:request_uri:cppr_",
                "&redirect_uri=https://evil.example/",
                "&client_id=" + calendar.id(),
                "&claims=" + "%5B".repeat(500),
                "&max_age=99999999999",
                "&prompt=none%20none",
                "&resource=" + "x".repeat(1500),
                "&scope=" + "s%20".repeat(120));
        for (int i = 0; i < 400; i++) {
            StringBuilder query = new StringBuilder(encoded(asking(calendar, "openid", "email")));
            for (int cut = random.nextInt(4); cut >= 0; cut--) {
                int at = random.nextInt(query.length());
                query.replace(
                        at,
                        Math.min(query.length(), at + random.nextInt(6)),
                        pieces.get(random.nextInt(pieces.size())));
            }
            String text = query.toString();
            HttpResponse<String> response = sendRaw(HttpRequest.newBuilder(uri("/oauth2/authorize"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(text)));
            assertThat(response.statusCode()).as(text).isIn(303, 400);
            response.headers()
                    .firstValue("location")
                    .ifPresent(to -> assertThat(to)
                            .as(text)
                            .matches("(/oauth2/authorize/cpar_|https://app\\.example/callback\\?).*"));
        }
    }

    /** OpenID Connect Core §3.1.2.1 and §5.5: these need not be supported, and do no harm. */
    @Test
    void parametersThatMeanNothingHereArePassedOver() {
        Map<String, String> parameters = asking(calendar, "openid");
        parameters.put("display", "hologram");
        parameters.put("ui_locales", "tlh not-a-language-tag-at-all");
        parameters.put("claims_locales", "se");
        parameters.put("acr_values", "1 2");
        parameters.put("claims", "{\"id_token\":{\"birthdate\":null,\"name#ja\":null,\"acr\":null},\"elsewhere\":{}}");
        parameters.put("login_hint", "<script>alert(1)</script>");
        parameters.put("extra", "foobar");
        parameters.put("authorization_details", "[");
        assertThat(surfer(ben).allow(parameters)).startsWith("cpac_");
    }

    @Test
    void unknownScopesArePassedOverInOpenIdConnectAndRefusedInPlainOAuth() {
        Document page = surfer(ben).consent(asking(calendar, "openid", "address", "no:such"));
        assertThat(page.select("#consent-permits li").eachAttr("data-scope")).containsExactly("openid");
        refusedToApp(surfer(ben).get(authorize(asking(calendar, "email", "no:such"))), "invalid_scope");
        refusedToApp(surfer(ben).get(authorize(asking(calendar, "full_access"))), "invalid_scope");
    }

    @Test
    void requestMayComeByPostFromTheAppsOwnSite() {
        Surfer browser = surfer(ben);
        String session = browser.cookies.remove("s");
        // A browser does not send our cookies with another site's form, but does so with the link that follows.
        HttpResponse<String> kept = browser.post("/oauth2/authorize", asking(calendar, "openid"), "cross-site");
        assertThat(location(kept)).startsWith("/oauth2/authorize/cpar_");
        browser.cookies.put("s", session);
        Document page = Jsoup.parse(browser.follow(kept).body());
        assertThat(codeIn(browser.press(page, "consent-allow"))).startsWith("cpac_");
        // And prompt=none is answered without any page.
        browser.cookies.remove("s");
        HttpResponse<String> silent =
                browser.post("/oauth2/authorize", asking(calendar, Map.of("prompt", "none"), "openid"), "cross-site");
        browser.cookies.put("s", session);
        assertThat(codeIn(browser.follow(silent))).startsWith("cpac_");
    }

    @Test
    void answerByFormNeedsNoScriptAndLeadsToTheAppOnly() {
        Surfer browser = surfer(ben);
        Map<String, String> parameters = asking(calendar, Map.of("response_mode", "form_post"), "openid");
        HttpResponse<String> response = browser.press(browser.consent(parameters), "consent-allow");
        assertThat(response.statusCode()).isEqualTo(200);
        Document page = Jsoup.parse(response.body());
        assertThat(page.getElementById("form-post").attr("action")).isEqualTo(REDIRECT);
        assertThat(page.getElementById("form-post-continue").text()).isEqualTo("Continue");
        assertThat(page.select("#form-post input").eachAttr("name")).containsExactlyInAnyOrder("code", "state", "iss");
        assertThat(page.selectFirst("input[name=iss]").val()).isEqualTo(issuer());
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("form-action https://app.example;");
        redeem(page.selectFirst("input[name=code]").val());
        // Errors too.
        parameters.put("prompt", "none");
        HttpResponse<String> error = surfer().get(authorize(parameters));
        assertThat(Jsoup.parse(error.body()).selectFirst("input[name=error]").val())
                .isEqualTo("login_required");
        assertThat(Jsoup.parse(error.body()).selectFirst("input[name=iss]").val())
                .isEqualTo(issuer());
    }

    // Rule 29.
    @Test
    void rule29SilentRequestIsAnsweredWithoutAPage() {
        Map<String, String> silent = asking(calendar, Map.of("prompt", "none"), "openid");
        refusedToApp(surfer().get(authorize(silent)), "login_required");
        refusedToApp(surfer(ben).get(authorize(silent)), "consent_required");
        Map<String, Object> globex = backend.organization("Globex");
        backend.put(
                        "/v1/b2b/organizations/" + globex.get("organization_id"),
                        Map.of(
                                "third_party_connected_apps_allowed_type",
                                "RESTRICTED",
                                "allowed_third_party_connected_apps",
                                List.of()))
                .ok();
        refusedToApp(surfer(member(globex, "gil")).get(authorize(silent)), "access_denied");
        surfer(ben).allow(asking(calendar, "openid"));
        assertThat(codeIn(surfer(ben).get(authorize(silent)))).startsWith("cpac_");
        refusedToApp(
                surfer(ben).get(authorize(asking(calendar, Map.of("prompt", "none"), "openid", "offline_access"))),
                "consent_required");
    }

    @Test
    void sessionOfAnotherProjectCountsForNothing() {
        Backend other = hosted(Vertical.B2B);
        Map<String, Object> gil = other.member(other.organization("Globex"), "gil@globex.example");
        Surfer browser = surfer();
        browser.cookies.put("s", portalSession(other, gil));
        refusedToApp(browser.get(authorize(asking(calendar, Map.of("prompt", "none"), "openid"))), "login_required");
        assertThat(Jsoup.parse(browser.open(asking(calendar, "openid")).body()).getElementById("email"))
                .isNotNull();
        assertThat(browser.path).startsWith("/sign-in?return_to=");
    }

    // C03: to look must not act.
    @Test
    void c03HeadIsNotAllowed() {
        surfer(ben).allow(asking(calendar, "openid"));
        for (String method : List.of("HEAD", "PUT", "DELETE")) {
            HttpResponse<String> response = sendRaw(HttpRequest.newBuilder(uri(authorize(asking(calendar, "openid"))))
                    .method(method, HttpRequest.BodyPublishers.noBody()));
            assertThat(response.statusCode()).as(method).isEqualTo(405);
        }
    }

    // Rule 11.
    @Test
    void rule11AuthorizationEndpointHasNoCors() {
        for (String origin : List.of("https://app.example", "http://localhost:3000", "null")) {
            HttpResponse<String> response = sendRaw(HttpRequest.newBuilder(uri("/oauth2/authorize"))
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "GET")
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
            assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    // Rule 2 (RFC 9700 §4.11.2): whom nobody knows may not use us to send strangers somewhere.
    @Test
    void rule2AppThatRegisteredItselfIsToldOfErrorsOnlyAfterThePersonSignedIn() throws Exception {
        try (var connection = database();
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE connected_apps SET creation_method = 'DYNAMIC' WHERE app_id = UUID_TO_BIN('"
                    + uuid("connected-app", calendar.id()) + "')");
        }
        Map<String, String> wrong = asking(calendar, Map.of("response_type", "token"), "openid");
        Surfer browser = surfer();
        HttpResponse<String> signIn = browser.open(wrong);
        assertThat(Jsoup.parse(signIn.body()).getElementById("email")).isNotNull();
        refusedToApp(browser.signIn(signIn, (String) ben.get("email_address")), "unsupported_response_type");
        refusedToApp(surfer(ben).get(authorize(wrong)), "unsupported_response_type");
    }

    // Rule 16 is looked at in every answer, see answer(); and so it is advertised.
    @Test
    void everythingThatTheMetadataSaysIsTrue() {
        Map<String, Object> metadata = discovery().body();
        assertThat(metadata)
                .containsEntry("authorization_response_iss_parameter_supported", true)
                .containsEntry("response_modes_supported", List.of("query", "form_post"))
                .containsEntry("response_types_supported", List.of("code"))
                .containsEntry("code_challenge_methods_supported", List.of("S256"))
                .containsEntry("prompt_values_supported", List.of("none", "login", "consent", "select_account"))
                .containsEntry("claims_parameter_supported", true)
                .containsEntry("request_parameter_supported", true)
                .containsEntry("request_uri_parameter_supported", true);
        for (String endpoint : List.of("authorization_endpoint", "end_session_endpoint")) {
            String address = (String) metadata.get(endpoint);
            assertThat(sendRaw(HttpRequest.newBuilder(java.net.URI.create(address)))
                            .statusCode())
                    .as(address)
                    .isIn(200, 400);
        }
        assertThat(send(HttpRequest.newBuilder(java.net.URI.create(
                                        (String) metadata.get("pushed_authorization_request_endpoint")))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("")))
                        .status())
                .isEqualTo(401);
        Map<String, Object> elsewhere = send(HttpRequest.newBuilder(
                        uri("/v1/public/" + b2b().project().wireId() + "/.well-known/openid-configuration")))
                .body();
        assertThat(elsewhere)
                .containsEntry("authorization_endpoint", "https://host.example/authorize")
                .doesNotContainKeys(
                        "pushed_authorization_request_endpoint", "end_session_endpoint", "prompt_values_supported");
    }
}
