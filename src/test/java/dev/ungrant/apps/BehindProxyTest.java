package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.OAuthTest;
import dev.ungrant.RunningJar;
import dev.ungrant.TestSession;
import dev.ungrant.commands.CommandLine;
import dev.ungrant.projects.Vertical;
import io.micronaut.context.ApplicationContext;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebClient;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.Cookie;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * "OpenID conformance suite" of docs/operations.md, done as it says: the jar behind a proxy that speaks TLS, clients made by its
 * command, and what the suite's modules look at, from a browser without script. Only that the proxy is this JVM's.
 */
class BehindProxyTest extends OAuthTest {
    private static final Path TRUST = Path.of("target/jar/behind-proxy.p12");
    private static final String PASSWORD = "public";

    @Inject
    ApplicationContext context;

    private final Map<String, Map<String, Object>> clients = new LinkedHashMap<>();
    private Backend backend;
    private Map<String, Object> ada;
    private TlsProxy proxy;
    private RunningJar jar;
    private HttpClient http;
    private WebClient browser;
    private String callback;

    @BeforeEach
    void asDocumented() throws Exception {
        backend = hosted(Vertical.B2B);
        String address = "ada-" + UUID.randomUUID().toString().substring(0, 8) + "@acme.example";
        ada = backend.member(backend.organization("Acme"), address);
        proxy = new TlsProxy();
        Files.createDirectories(TRUST.getParent());
        proxy.server().writeTrust(TRUST, PASSWORD);
        callback = proxy.address() + "/suite/callback";
        jar = RunningJar.start(
                "BehindProxyTest",
                Map.of(
                        "BASE_URL",
                        proxy.address(),
                        "TRUSTED_PROXIES",
                        "127.0.0.1",
                        "DEFAULT_PROJECT",
                        backend.project().wireId(),
                        "FETCH_PRIVATE_HOSTS",
                        "localhost",
                        "JAVA_TOOL_OPTIONS",
                        "-Djavax.net.ssl.trustStore=" + TRUST + " -Djavax.net.ssl.trustStoreType=PKCS12"
                                + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD));
        proxy.leadTo(URI.create(jar.baseUrl()));
        for (String name : List.of("client", "client2", "client-post")) {
            clients.put(
                    name,
                    command(
                            "apps",
                            "create",
                            "--project",
                            backend.project().wireId(),
                            "--type",
                            "third_party",
                            "--name",
                            "Conformance " + name,
                            "--pkce-optional",
                            "true",
                            "--redirect-urls",
                            callback + " " + callback + "?dummy1=lorem&dummy2=ipsum"));
        }
        http = HttpClient.newBuilder().sslContext(proxy.server().trust()).build();
        browser = new WebClient();
        browser.getOptions().setJavaScriptEnabled(false);
        browser.getOptions().setCssEnabled(false);
        browser.getOptions().setThrowExceptionOnFailingStatusCode(false);
        browser.getOptions().setSSLTrustStore(TRUST.toUri().toURL(), PASSWORD, "PKCS12");
    }

    @AfterEach
    void stop() {
        for (AutoCloseable each : new AutoCloseable[] {browser, http, jar, proxy}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private Map<String, Object> command(String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = new CommandLine(context, new PrintStream(out, true, StandardCharsets.UTF_8)).run(line, System.err);
        assertThat(code).as(String.join(" ", line)).isZero();
        return json.object(out.toString(StandardCharsets.UTF_8));
    }

    /** Before there is a jar whose default project it can be, the project is made at the node of this JVM. */
    @Override
    protected URI uri(String path) {
        if (http == null) {
            return super.uri(path);
        }
        return URI.create(path.startsWith("https:") ? path : proxy.address() + path);
    }

    @Override
    protected HttpResponse<String> sendRaw(HttpRequest.Builder request) {
        try {
            return (http == null ? CLIENT : http).send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Client client(String name) {
        Map<String, Object> client = clients.get(name);
        return new Client((String) client.get("client_id"), (String) client.get("client_secret"));
    }

    private Map<String, String> asking(Client client, String... more) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", client.id());
        parameters.put("redirect_uri", callback);
        parameters.put("response_type", "code");
        parameters.put("scope", "openid email");
        parameters.put("state", "state-1");
        for (int i = 0; i < more.length; i += 2) {
            parameters.put(more[i], more[i + 1]);
        }
        return parameters;
    }

    private String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Goes where the parameters lead and does what every page on the way wants. Answers the ids of what was pressed. */
    private List<String> go(Map<String, String> parameters) throws Exception {
        return goOn(browser.getPage(proxy.address() + "/oauth2/authorize?" + encoded(parameters)));
    }

    private List<String> goOn(Page start) throws Exception {
        List<String> pressed = new ArrayList<>();
        String address = (String) ada.get("email_address");
        Page page = start;
        int mails = 0;
        while (page instanceof HtmlPage html && pressed.size() < 9) {
            String button = List.of("sign-in-send", "sign-in-enter", "consent-allow", "form-post-continue").stream()
                    .filter(id -> html.getElementById(id) != null)
                    .findFirst()
                    .orElse(null);
            if (button == null) {
                return pressed;
            }
            if (button.equals("sign-in-send")) {
                mails = TestSession.mailbox().mailsTo(address).size();
                ((HtmlInput) html.getElementById("email")).type(address);
            }
            if (button.equals("sign-in-enter")) {
                ((HtmlInput) html.getElementById("code")).type(code(address, mails + 1));
            }
            pressed.add(button);
            page = html.<HtmlElement>getHtmlElementById(button).click();
        }
        return pressed;
    }

    private static String code(String address, int number) {
        textOfMail(address, number);
        return TestSession.mailbox()
                .mailsTo(address)
                .getFirst()
                .subject()
                .replaceAll("[^0-9]", "")
                .substring(0, 6);
    }

    private Map<String, String> answer() {
        String text = proxy.cameBack();
        assertThat(text).as("a browser has come back").isNotNull();
        Map<String, String> answer = query("https://app.example/?" + text);
        assertThat(answer).containsEntry("iss", proxy.address()).containsEntry("state", "state-1");
        return answer;
    }

    private Answer token(Client client, boolean basic, String... fields) {
        Map<String, String> form = basic ? new HashMap<>() : client.credentials();
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        HttpRequest.Builder request = formRequest("/v1/oauth2/token", form);
        return send(basic ? request.header("Authorization", basic(client.id(), client.secret())) : request);
    }

    private Answer redeem(Client client, boolean basic, String code, String... more) {
        List<String> fields =
                new ArrayList<>(List.of("grant_type", "authorization_code", "code", code, "redirect_uri", callback));
        fields.addAll(List.of(more));
        return token(client, basic, fields.toArray(String[]::new));
    }

    private Answer userInfo(String method, String accessToken) {
        return send(HttpRequest.newBuilder(uri("/v1/oauth2/userinfo"))
                .header("Authorization", "Bearer " + accessToken)
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void everyAddressIsTheProxysAndCookiesAreForTlsOnly() throws Exception {
        Map<String, Object> metadata = send(HttpRequest.newBuilder(uri("/.well-known/openid-configuration")))
                .body();
        assertThat(metadata).containsEntry("issuer", proxy.address());
        metadata.forEach((name, value) -> {
            if (name.endsWith("_endpoint") || name.equals("jwks_uri")) {
                assertThat((String) value).startsWith(proxy.address() + "/");
            }
        });
        go(asking(client("client")));
        answer();
        assertThat(browser.getCookieManager().getCookies())
                .isNotEmpty()
                .allMatch(Cookie::isSecure)
                .allMatch(cookie -> cookie.getName().startsWith("__Host-"));
    }

    /** Modules oidcc-server, -userinfo-get, -userinfo-post-header, -refresh-token, -codereuse, -ensure-request-without-nonce. */
    @Test
    void codeWithoutPkceIsRedeemedBySecretAndForOnce() throws Exception {
        Client client = client("client");
        assertThat(go(asking(client, "scope", "openid email offline_access")))
                .containsExactly("sign-in-send", "sign-in-enter", "consent-allow");
        String code = answer().get("code");
        Answer tokens = redeem(client, true, code).ok();
        String subject =
                SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet().getSubject();
        assertThat(subject).isEqualTo(ada.get("member_id"));
        for (String method : List.of("GET", "POST")) {
            assertThat(userInfo(method, tokens.text("access_token")).ok().body())
                    .containsEntry("sub", subject)
                    .containsEntry("email", ada.get("email_address"));
        }
        Answer refreshed = token(
                        client, true, "grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token"))
                .ok();
        userInfo("GET", refreshed.text("access_token")).ok();
        refusedAs(redeem(client, true, code), 400, "invalid_grant");
        assertThat(userInfo("GET", tokens.text("access_token")).status()).isEqualTo(401);
        assertThat(userInfo("GET", refreshed.text("access_token")).status()).isEqualTo(401);
    }

    /**
     * Modules oidcc-prompt-none-*, -prompt-login, -max-age-1, -id-token-hint, -ensure-post-request, -server-client-secret-post,
     * -ensure-request-with-valid-pkce, -ensure-registered-redirect-uri, -response-type-missing; the form post plan.
     */
    @Test
    void everyWayToAskIsAnswered() throws Exception {
        Client client = client("client-post");
        go(asking(client, "prompt", "none"));
        assertThat(answer()).containsEntry("error", "login_required");
        String verifier = verifier();
        List<String> pressed = go(asking(
                client,
                "response_mode",
                "form_post",
                "nonce",
                "nonce-1",
                "code_challenge",
                challenge(verifier),
                "code_challenge_method",
                "S256"));
        assertThat(pressed).endsWith("consent-allow", "form-post-continue");
        Answer tokens = redeem(client, false, answer().get("code"), "code_verifier", verifier)
                .ok();
        JWTClaimsSet first = SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet();
        assertThat(first.getStringClaim("nonce")).isEqualTo("nonce-1");
        for (String[] silently : new String[][] {
            {"max_age", "10000"}, {"id_token_hint", tokens.text("id_token")}, {"login_hint", "x@acme.example"}
        }) {
            go(asking(client, silently[0], silently[1], "prompt", "none"));
            assertThat(answer()).containsKey("code");
        }
        Thread.sleep(1100);
        assertThat(go(asking(client, "max_age", "1"))).containsExactly("sign-in-send", "sign-in-enter");
        JWTClaimsSet again = SignedJWT.parse(
                        redeem(client, false, answer().get("code")).ok().text("id_token"))
                .getJWTClaimsSet();
        assertThat(again.getDateClaim("auth_time")).isAfter(first.getDateClaim("auth_time"));
        assertThat(go(asking(client, "prompt", "login"))).startsWith("sign-in-send");
        answer();

        WebRequest byForm =
                new WebRequest(URI.create(proxy.address() + "/oauth2/authorize").toURL(), HttpMethod.POST);
        byForm.setAdditionalHeader("Content-Type", "application/x-www-form-urlencoded");
        byForm.setRequestBody(encoded(asking(client, "redirect_uri", callback + "?dummy1=lorem&dummy2=ipsum")));
        goOn(browser.getPage(byForm));
        assertThat(answer()).containsKey("code").containsEntry("dummy2", "ipsum");
        Map<String, String> without = asking(client);
        without.remove("response_type");
        go(without);
        assertThat(answer()).containsEntry("error", "invalid_request");
        go(asking(client, "redirect_uri", callback + "/other"));
        assertThat(proxy.cameBack()).isNull();
    }

    /** Modules oidcc-registration-jwks-uri and -refresh-token-rp-key-rotation: new keys, an hour before the old are forgotten. */
    @Test
    void appThatRegistersItselfMayChangeItsKeys() throws Exception {
        String project = backend.project().wireId();
        command("registration", "set", "--project", project, "--dynamic", "on", "--pkce", "optional");
        command("registration", "set", "--project", project, "--assertion-audience", "endpoint");
        ECKey old = published("old");
        Answer registered = send(HttpRequest.newBuilder(uri("/v1/oauth2/register"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.write(Map.of(
                        "client_name", "Conformance dynamic",
                        "redirect_uris", List.of(callback),
                        "grant_types", List.of("authorization_code", "refresh_token"),
                        "response_types", List.of("code"),
                        "contacts", List.of("certification@oidf.org"),
                        "token_endpoint_auth_method", "private_key_jwt",
                        "request_uris", List.of(proxy.address() + "/suite/request"),
                        "jwks_uri", proxy.address() + "/suite/jwks")))));
        assertThat(registered.status()).isEqualTo(201);
        Client client = new Client(registered.text("client_id"), null);
        go(asking(client, "scope", "openid offline_access"));
        Answer tokens = signed(client, old, "grant_type", "authorization_code", "code", answer().get("code"));
        ECKey next = published("next");
        try (var database = database();
                PreparedStatement aMinute = database.prepareStatement("""
                        UPDATE app_key_sets SET tried_at = tried_at - INTERVAL 1 MINUTE WHERE app_id = UUID_TO_BIN(?)
                        """)) {
            aMinute.setString(1, uuid("connected-app", client.id()).toString());
            assertThat(aMinute.executeUpdate()).isEqualTo(1);
        }
        signed(
                        client,
                        next,
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        tokens.ok().text("refresh_token"))
                .ok();
        refusedAs(
                signed(client, old, "grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token")),
                401,
                "invalid_client");
    }

    private ECKey published(String name) throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID(name).generate();
        proxy.publish("/suite/jwks", new JWKSet(key.toPublicJWK()).toString());
        return key;
    }

    private Answer signed(Client client, ECKey key, String... fields) throws Exception {
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(client.id())
                        .subject(client.id())
                        .audience(proxy.address() + "/v1/oauth2/token")
                        .jwtID(UUID.randomUUID().toString())
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build());
        assertion.sign(new ECDSASigner(key));
        Map<String, String> form = new HashMap<>(Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion.serialize(),
                "redirect_uri",
                callback));
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return form("/v1/oauth2/token", form);
    }

    /** What the proxy says is believed; what somebody beside it says is not, though it be the same words. */
    @Test
    void addressOfThePersonIsTheProxysWordAlone() throws Exception {
        Client client = client("client");
        Map<String, String> asked = asking(client, "scope", "openid offline_access");
        go(asked);
        String token = redeem(client, false, answer().get("code")).ok().text("refresh_token");
        Map<String, String> form = new LinkedHashMap<>(client.credentials());
        form.put("token", token);
        form("/v1/oauth2/revoke", form).ok();
        assertThat(addressOfTheLastRevocation()).isEqualTo(TlsProxy.PERSON);

        go(asked);
        form.put("token", redeem(client, false, answer().get("code")).ok().text("refresh_token"));
        try (Socket stranger =
                new Socket(InetAddress.getLoopbackAddress(), jar.port(), InetAddress.getByName("127.0.0.2"), 0)) {
            String body = encoded(form);
            String request = "POST /v1/oauth2/revoke HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                    + body.length() + "\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: "
                    + TlsProxy.PERSON + "\r\n\r\n" + body;
            stranger.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(addressOfTheLastRevocation()).isEqualTo("127.0.0.2");
    }

    private String addressOfTheLastRevocation() throws SQLException {
        try (var database = database();
                PreparedStatement statement = database.prepareStatement("""
                        SELECT ip_address FROM audit_events
                        WHERE tenant_id = UUID_TO_BIN(?) AND action = 'token.revoked_by_app'
                        ORDER BY occurred_at DESC LIMIT 1
                        """)) {
            statement.setString(
                    1, uuid("organization", ada.get("organization_id")).toString());
            ResultSet rows = statement.executeQuery();
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
