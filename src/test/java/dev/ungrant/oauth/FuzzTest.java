package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTParser;
import dev.ungrant.OAuthTest;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.Consents;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.Vertical;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.Json;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/**
 * What strangers and apps can write into requests, by jqwik: whatever it is, nothing fails (5xx), nobody is led to an address that
 * is not registered, no token holds more than was granted, and a refusal has the form of its endpoint. A few seconds each;
 * {@code -Dfuzz.minutes=10} for longer.
 */
@AddLifecycleHook(UntilTime.class)
class FuzzTest extends OAuthTest {
    private static final List<String> REGISTERED = List.of(
            REDIRECT, "https://app.example/cb?x=1&y=%20", "http://127.0.0.1/callback", "com.example.app:/callback");
    /** The one thing that may differ from what is registered (RFC 8252 §7.3). */
    private static final Pattern ANY_PORT = Pattern.compile("http://127\\.0\\.0\\.1(:\\d+)?/callback");

    private static final String ONE = "https://one.example/mcp";
    private static final String TWO = "https://two.example/";
    private static final Set<String> GRANTED = Set.of("openid", "email", "offline_access");

    /** The places of a claim, and what an object of OAuth or OpenID Connect may say, all that we give a meaning and some more. */
    private static final List<String> CLAIM_NAMES = List.of("id_token", "userinfo", "sub", "email", "acr", "x");

    private static final List<String> PARAMETER_NAMES = List.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "prompt",
            "max_age",
            "login_hint",
            "id_token_hint",
            "claims",
            "resource",
            "registration",
            "dpop_jkt",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri",
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "jti",
            "x");

    private static ApplicationContext context;
    private static ECKey key;

    private Backend backend;
    private Map<String, Object> ben;
    private Client phone;
    private Client client;
    private String refreshToken;
    private String accessToken;

    @BeforeContainer
    static void start() throws JOSEException {
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        context = ApplicationContext.run("test");
        context.getBean(EmbeddedServer.class).start();
    }

    @AfterContainer
    static void stop() {
        context.close();
    }

    /** What Micronaut does for tests that JUnit's own engine runs. */
    @BeforeProperty
    void cast() {
        server = context.getBean(EmbeddedServer.class);
        projects = context.getBean(Projects.class);
        sessions = context.getBean(Sessions.class);
        apps = context.getBean(ConnectedApps.class);
        consents = context.getBean(Consents.class);
        transactions = context.getBean(Transactions.class);
        json = context.getBean(Json.class);
        backend = hosted(Vertical.B2B);
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        phone = app(backend, "third_party_public", Map.of("redirect_urls", REGISTERED));
        Map<String, Object> keys = new JWKSet(key.toPublicJWK()).toJSONObject();
        client = app(backend, "third_party", Map.of("access_token_format", "jwt", "jwks", keys));
        String verifier = verifier();
        Map<String, Object> body = new HashMap<>(authorization(ben, client, "openid", "email", "offline_access"));
        body.putAll(
                Map.of("consent_granted", true, "code_challenge", challenge(verifier), "resources", List.of(ONE, TWO)));
        String code = backend.post(idp(ben, ""), body).ok().text("authorization_code");
        Connection connection = redeem(new Pending(client, code, verifier));
        refreshToken = connection.refreshToken();
        accessToken = connection.accessToken();
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED)
    void redirectUri(@ForAll("redirectUris") String redirectUri) {
        HttpResponse<String> response = authorize(phone, "redirect_uri", redirectUri);
        if (response.statusCode() == 303) {
            assertThat(REGISTERED.contains(redirectUri)
                            || ANY_PORT.matcher(redirectUri).matches())
                    .isTrue();
            assertThat(location(response)).startsWith(redirectUri + (redirectUri.contains("?") ? "&" : "?"));
        } else {
            errorPage(response);
            assertThat(REGISTERED).doesNotContain(redirectUri);
        }
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED)
    void scope(@ForAll("scopes") String scope) throws ParseException {
        HttpResponse<String> asked = authorize(client, "scope", scope);
        toTheApp(asked, "login_required", "invalid_scope", "invalid_request");
        Answer refreshed = refreshed("scope", List.of(scope));
        if (refreshed.status() == 200) {
            Set<String> got = words(refreshed.text("scope"));
            assertThat(GRANTED).containsAll(got);
            assertThat(words(scope.isBlank() ? String.join(" ", GRANTED) : scope))
                    .containsAll(got);
            assertThat(words(JWTParser.parse(refreshed.text("access_token"))
                            .getJWTClaimsSet()
                            .getStringClaim("scope")))
                    .isEqualTo(got);
        } else {
            refused(refreshed, "invalid_scope");
        }
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED)
    void resource(@ForAll("resources") List<String> resources) throws ParseException {
        String first = resources.isEmpty() ? "" : resources.getFirst();
        toTheApp(authorize(client, "resource", first), "login_required", "invalid_target", "invalid_request");
        Answer refreshed = refreshed("resource", resources);
        if (refreshed.status() == 200) {
            List<String> audience = new ArrayList<>(JWTParser.parse(refreshed.text("access_token"))
                    .getJWTClaimsSet()
                    .getAudience());
            audience.remove(backend.project().wireId());
            List<String> named =
                    resources.stream().filter(each -> !each.isEmpty()).toList();
            assertThat(named.isEmpty() ? List.of(ONE, TWO) : named).containsAll(audience);
            assertThat(List.of(ONE, TWO)).containsAll(audience);
        } else {
            refused(refreshed, "invalid_target");
        }
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void claims(@ForAll("claimsParameters") String claims) {
        toTheApp(authorize(client, "claims", claims), "login_required", "invalid_request");
        Map<String, String> form = client.credentials();
        form.putAll(asking(client));
        form.put("claims", claims);
        Answer pushed = form("/v1/oauth2/par", form);
        assertThat(pushed.status()).as("%s", pushed.body()).isIn(201, 400);
        if (pushed.status() == 400) {
            assertThat(pushed.text("error")).isEqualTo("invalid_request");
        }
    }

    /**
     * Its parts may be mangled, or what stands in it, such as where the answer shall go. Signed or not, brought by a browser or
     * pushed.
     */
    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void requestObject(@ForAll("requestObjects") String object) {
        HttpResponse<String> response = authorize(client, "request", object);
        if (response.statusCode() == 200) {
            // It says response_mode=form_post.
            Document form = Jsoup.parse(response.body());
            assertThat(form.select("form").eachAttr("action")).containsOnly(REDIRECT);
            assertThat(form.select("input[name=error]")).hasSize(1);
            assertThat(form.select("input[name=code]")).isEmpty();
        } else if (response.statusCode() == 303 && location(response).startsWith("/")) {
            // It takes prompt=none back, so that somebody has to sign in first.
            assertThat(location(response)).startsWith("/oauth2/authorize/");
        } else if (response.statusCode() == 303) {
            assertThat(location(response)).startsWith(REDIRECT + "?");
            assertThat(query(location(response))).containsKey("error").doesNotContainKey("code");
        } else {
            errorPage(response);
        }
        Map<String, String> form = client.credentials();
        form.put("request", object);
        Answer pushed = form("/v1/oauth2/par", form);
        assertThat(pushed.status()).as("%s", pushed.body()).isIn(201, 400);
        if (pushed.status() == 400) {
            assertThat(pushed.text("error")).isNotBlank();
        }
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.BOUNDED)
    void authorizationHeader(@ForAll("authorizationHeaders") String header, @ForAll("protectedPaths") String path) {
        HttpRequest.Builder request = path.startsWith("GET ")
                ? HttpRequest.newBuilder(uri(path.substring(4)))
                : formRequest(path, Map.of("token", accessToken, "grant_type", "refresh_token", "refresh_token", "x"));
        Answer answer = send(request.header("Authorization", header));
        assertThat(answer.status()).as("%s", answer.body()).isIn(400, 401, 429);
        assertThat(answer.body()).doesNotContainKeys("active", "sub", "access_token", "project_id");
        assertThat(answer.text("error_type")).isNotBlank();
        if (path.contains("oauth2")) {
            // The last is what UserInfo says when there is no token in the header at all.
            assertThat(answer.text("error"))
                    .isIn("invalid_client", "invalid_token", "temporarily_unavailable", "unauthorized");
        }
        if (answer.status() == 401) {
            assertThat(answer.response().headers().firstValue("Cache-Control")).hasValue("no-store");
        }
    }

    @Provide
    Arbitrary<String> redirectUris() {
        return Arbitraries.oneOf(
                Arbitraries.of(REGISTERED).flatMap(FuzzTest::mutated),
                Arbitraries.of(REGISTERED).flatMap(FuzzTest::mutated).flatMap(FuzzTest::mutated),
                Arbitraries.integers().between(0, 99_999).map(port -> "http://127.0.0.1:" + port + "/callback"),
                Arbitraries.strings().ofMaxLength(60));
    }

    @Provide
    Arbitrary<String> scopes() {
        Arbitrary<String> word = Arbitraries.oneOf(
                Arbitraries.of("openid", "email", "offline_access", "profile", "phone", "full_access", "admin", ""),
                Arbitraries.of(GRANTED).flatMap(FuzzTest::mutated),
                Arbitraries.strings().ofMaxLength(20));
        return word.list()
                .ofMaxSize(6)
                .flatMap(words ->
                        Arbitraries.of(" ", "  ", "\t", ",", "+", "\n").map(between -> String.join(between, words)));
    }

    @Provide
    Arbitrary<List<String>> resources() {
        return Arbitraries.oneOf(
                        Arbitraries.of(ONE, TWO),
                        Arbitraries.of(ONE, TWO).flatMap(FuzzTest::mutated),
                        Arbitraries.strings().ofMaxLength(40))
                .list()
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> claimsParameters() {
        String real =
                "{\"id_token\":{\"email\":{\"essential\":true},\"acr\":{\"values\":[\"x\"]}},\"userinfo\":{\"sub\":null}}";
        return Arbitraries.oneOf(
                Arbitraries.just(real).flatMap(FuzzTest::mutated),
                Arbitraries.just(real).flatMap(FuzzTest::mutated).flatMap(FuzzTest::mutated),
                Arbitraries.integers().between(1, 400).map(depth -> "[".repeat(depth) + "]".repeat(depth)),
                objects(CLAIM_NAMES, objects(CLAIM_NAMES, objects(CLAIM_NAMES, values()))),
                Arbitraries.strings().ofMaxLength(200));
    }

    @Provide
    Arbitrary<String> requestObjects() {
        String said = json.write(Map.of("redirect_uri", REDIRECT, "scope", "openid email", "max_age", 5, "exp", 4e9));
        Arbitrary<String> payload = Arbitraries.oneOf(
                Arbitraries.just(said).flatMap(FuzzTest::mutated),
                Arbitraries.just(said).flatMap(FuzzTest::mutated).flatMap(FuzzTest::mutated),
                objects(PARAMETER_NAMES, values()),
                Arbitraries.strings().ofMaxLength(60));
        Arbitrary<String> header = Arbitraries.of(
                "{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", "{}");
        Arbitrary<String> object = Combinators.combine(header, payload, Arbitraries.of("", "AAAA"))
                .as((first, second, third) -> base64(first) + '.' + base64(second) + '.' + third);
        Arbitrary<String> signed = Combinators.combine(Arbitraries.of("", "JWT", "oauth-authz-req+jwt", "x"), payload)
                .as(FuzzTest::signed);
        return Arbitraries.oneOf(object, signed, object.flatMap(FuzzTest::mutated), signed.flatMap(FuzzTest::mutated));
    }

    private static String signed(String type, String payload) {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID());
        JWSObject object = new JWSObject(
                (type.isEmpty() ? header : header.type(new JOSEObjectType(type))).build(), new Payload(payload));
        try {
            object.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return object.serialize();
    }

    /** JSON objects with some of the names, some of them twice. */
    private static Arbitrary<String> objects(List<String> names, Arbitrary<String> values) {
        return Combinators.combine(Arbitraries.of(names), values)
                .as((name, value) -> '"' + name + "\":" + value)
                .list()
                .ofMaxSize(6)
                .map(members -> '{' + String.join(",", members) + '}');
    }

    /** Good values of some parameter or claim, which are of the wrong kind for most, and values that are good for none. */
    private static Arbitrary<String> values() {
        return Arbitraries.of(
                "null",
                "true",
                "0",
                "-1",
                "4e9",
                "1e999",
                "123456789012345678901234567890",
                "\"\"",
                "\"none\"",
                "\"code\"",
                "\"form_post\"",
                "\"openid email\"",
                "\"" + REDIRECT + "\"",
                "\"https://evil.example/\"",
                "\"" + ONE + "\"",
                "[]",
                "[[]]",
                "[null]",
                "[\"" + ONE + "\"]",
                "{}",
                "{\"essential\":true}",
                "{\"value\":[{}]}",
                "{\"values\":\"x\"}",
                "{\"userinfo\":{\"email\":5}}",
                "{\"id_token\":{\"sub\":{\"value\":\"x\"}}}");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> authorizationHeaders() {
        Arbitrary<String> name = Arbitraries.oneOf(
                Arbitraries.lazy(() -> Arbitraries.of("", ":", "project-test-x", "connected-app-test-x")),
                Arbitraries.strings().ofMaxLength(30));
        Arbitrary<String> basic = Combinators.combine(name, name)
                .as((user, password) -> "Basic "
                        + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8)));
        Arbitrary<String> visible =
                Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(80);
        return Arbitraries.oneOf(
                        basic,
                        basic.flatMap(FuzzTest::mutated),
                        visible,
                        visible.map(rest -> "Bearer " + rest),
                        visible.map(rest -> "DPoP " + rest),
                        visible.map(rest -> "Basic " + rest),
                        Arbitraries.of(
                                "Basic", "Bearer", "Basic ", "Bearer ", "basic Og==", "Bearer cpat_", "Digest x=\"y\""))
                .filter(header -> header.chars().allMatch(c -> c >= ' ' && c <= '~') && !header.isBlank());
    }

    @Provide
    Arbitrary<String> protectedPaths() {
        return Arbitraries.of(
                "/v1/oauth2/token",
                "/v1/oauth2/introspect",
                "/v1/oauth2/revoke",
                "GET /v1/oauth2/userinfo",
                "GET /v1/debug/whoami");
    }

    /**
     * One step away: a character more, less or other, one half twice, another case, an escape. Without edge cases, of which
     * two steps have more than fit into memory.
     */
    private static Arbitrary<String> mutated(String text) {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "/",
                        "//",
                        "\\",
                        "@",
                        "#",
                        "?",
                        "&",
                        "%",
                        "%2f",
                        "%00",
                        ".",
                        "..",
                        ":",
                        ":443",
                        "*",
                        " ",
                        "\t",
                        "\n",
                        "\0",
                        "evil.example",
                        "@evil.example",
                        ".evil.example",
                        "%0d%0a",
                        "[::1]",
                        "localhost",
                        "javascript:",
                        "data:",
                        "\u00ad",
                        "\u2024",
                        "\uff0f",
                        "\u0131"),
                Arbitraries.strings().ofMaxLength(3));
        Arbitrary<Integer> place = Arbitraries.integers().between(0, text.length());
        return Arbitraries.oneOf(
                        Combinators.combine(place, piece)
                                .as((at, more) -> text.substring(0, at) + more + text.substring(at)),
                        Combinators.combine(place, place)
                                .as((from, to) ->
                                        text.substring(0, Math.min(from, to)) + text.substring(Math.max(from, to))),
                        Combinators.combine(place, piece)
                                .as((at, other) -> text.substring(0, at)
                                        + other
                                        + text.substring(Math.min(text.length(), at + other.length()))),
                        place.map(at -> text.substring(0, at)
                                + text.substring(at, Math.min(text.length(), at + 1))
                                        .toUpperCase(Locale.ROOT)
                                + text.substring(Math.min(text.length(), at + 1))),
                        place.map(at -> at == text.length()
                                ? text
                                : text.substring(0, at)
                                        + "%%%02x".formatted(text.charAt(at) & 0xff)
                                        + text.substring(at + 1)),
                        place.map(at -> text.substring(at) + text.substring(0, at)))
                .withoutEdgeCases();
    }

    /** Nobody is signed in and nobody may be asked, so every good request is answered at once: with {@code login_required}. */
    private HttpResponse<String> authorize(Client app, String name, String value) {
        Map<String, String> parameters = asking(app);
        parameters.put(name, value);
        List<String> pairs = new ArrayList<>();
        parameters.forEach((key, text) -> pairs.add(key + '=' + URLEncoder.encode(text, StandardCharsets.UTF_8)));
        return sendRaw(HttpRequest.newBuilder(uri("/oauth2/authorize?" + String.join("&", pairs))));
    }

    private static Map<String, String> asking(Client app) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("client_id", app.id());
        parameters.put("redirect_uri", REDIRECT);
        parameters.put("response_type", "code");
        parameters.put("scope", "openid");
        parameters.put("prompt", "none");
        parameters.put("code_challenge", challenge("x".repeat(43)));
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    private Answer refreshed(String name, List<String> values) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        StringBuilder body = new StringBuilder();
        form.forEach((key, text) -> body.append(key).append('=').append(text).append('&'));
        values.forEach(value -> body.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&'));
        return send(HttpRequest.newBuilder(uri("/v1/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private static void refused(Answer answer, String error) {
        assertThat(answer.text("error")).as("%s", answer.body()).isIn(error, "invalid_request");
        refusedAs(answer, 400, answer.text("error"));
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("location").orElseThrow();
    }

    private static void toTheApp(HttpResponse<String> response, String... errors) {
        if (response.statusCode() == 400) {
            // Larger than any request that makes sense.
            errorPage(response);
            return;
        }
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        assertThat(location(response)).startsWith(REDIRECT + "?");
        assertThat(query(location(response)).get("error")).isIn(Arrays.asList((Object[]) errors));
    }

    private static void errorPage(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("location")).isEmpty();
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/html");
    }

    private static Set<String> words(String text) {
        return Set.copyOf(Arrays.stream(text.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList());
    }
}
