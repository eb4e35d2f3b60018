package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.ungrant.embed.EmbedHost;
import dev.ungrant.embed.EmbedOrigins;
import dev.ungrant.projects.Origin;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** L05: a whole story is lived with every logger at its most talkative, and none of the secrets in it is told to anybody. */
final class SecretsInLogsTest extends OAuthTest {
    private static final String HOST = "https://app.customer.example";

    @Inject
    EmbedOrigins origins;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Level before;
    private Collector collector;

    private final class Collector extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    }

    @BeforeEach
    void listen() {
        before = root.getLevel();
        root.detachAndStopAllAppenders();
        collector = new Collector();
        collector.setContext(root.getLoggerContext());
        collector.start();
        root.addAppender(collector);
        root.setLevel(Level.DEBUG);
        ((Logger) LoggerFactory.getLogger("dev.ungrant")).setLevel(Level.TRACE);
    }

    @AfterEach
    void stop() throws Exception {
        root.setLevel(before);
        ((Logger) LoggerFactory.getLogger("dev.ungrant")).setLevel(null);
        root.detachAppender(collector);
        collector.stop();
        // Back to what logback.xml says.
        root.getLoggerContext().reset();
        new ch.qos.logback.classic.util.ContextInitializer(root.getLoggerContext()).autoConfig();
    }

    @Test
    void noSecretIsLoggedOrAudited() throws SQLException, InterruptedException {
        Backend backend = b2b();
        secret("project secret", backend.secret());
        secret(
                "basic header",
                basic(backend.project().wireId(), backend.secret()).substring("Basic ".length()));
        Map<String, Object> acme = backend.organization("Acme");
        Map<String, Object> ben = backend.member(acme, "ben-" + System.nanoTime() + "@acme.example", "stytch_admin");
        var session = begin(backend.project(), ben);
        secret("session token", session.token().reveal());
        String jwt = sessions.jwt(session.session());
        secret("session jwt", jwt);
        Backend asBen = backend.withSession(session.token().reveal(), jwt);
        asBen.get(appsOf(ben)).ok();

        for (String type : List.of("third_party", "third_party_public")) {
            Client client =
                    app(backend, type, type.endsWith("public") ? Map.of("access_token_format", "jwt") : Map.of());
            secret("client secret of " + type, client.secret());
            Pending pending = consent(backend, ben, client, "openid", "offline_access");
            secret("code of " + type, pending.code());
            secret("verifier of " + type, pending.verifier());
            Connection connection = redeem(pending);
            secret("access token of " + type, connection.accessToken());
            secret("refresh token of " + type, connection.refreshToken());
            secret("id token of " + type, connection.answer().text("id_token"));
            Answer refreshed = refresh(connection).ok();
            secret("second access token of " + type, refreshed.text("access_token"));
            secret("second refresh token of " + type, refreshed.text("refresh_token"));
            isActive(client, refreshed.text("access_token"));
            // Failures tell more than successes.
            tryRedeem(pending);
            refresh(connection);
            refresh(new Client(client.id(), "cpcs_wrong-secret-of-a-client"), connection.refreshToken());
            backend.post(revokeOf(ben, client), "{}").ok();
            refresh(connection);
            if (client.secret() != null) {
                Map<String, Object> rotated = backend.post(
                                "/v1/connected_apps/clients/" + client.id() + "/secrets/rotate/start", "{}")
                        .ok()
                        .object("connected_app");
                secret("next client secret", (String) rotated.get("next_client_secret"));
            }
        }
        secret("wrong client secret", "cpcs_wrong-secret-of-a-client");
        Client worker = app(backend, "first_party", Map.of("client_credentials_allowed", true));
        Map<String, String> ask = worker.credentials();
        ask.put("grant_type", "client_credentials");
        String ofApp = form("/v1/oauth2/token", ask).ok().text("access_token");
        secret("token of an app", ofApp);
        isActive(worker, ofApp);
        sendRaw(HttpRequest.newBuilder(uri("/v1/oauth2/userinfo")).header("Authorization", "Bearer " + ofApp));
        sendRaw(HttpRequest.newBuilder(uri("/v1/oauth2/token"))
                .header("DPoP", "eyJ0.proof-that-is-none.x")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id=" + worker.id()
                        + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                        + "&client_assertion=eyJ0.assertion-that-is-none.x")));
        secret("assertion", "assertion-that-is-none");
        secret("proof", "proof-that-is-none");
        backend.post(
                        "/v1/b2b/sessions/authenticate",
                        Map.of("session_token", session.token().reveal()))
                .ok();
        backend.withSession("cpss_almost-a-session-token-that-is-wrong", null).get(appsOf(ben));
        secret("wrong session token", "cpss_almost-a-session-token-that-is-wrong");
        backend.post("/v1/b2b/organizations", "{\"organization_name\": \"unbalanced-and-confidential");
        secret("malformed body", "unbalanced-and-confidential");
        sendRaw(HttpRequest.newBuilder(uri("/health?token=value-of-a-query-parameter")));
        secret("query", "value-of-a-query-parameter");

        portal(backend, ben);
        embedded(backend, acme, ben);

        assertThat(lines.stream().filter(line -> line.startsWith("dev.ungrant.web.RequestLog")))
                .hasSizeGreaterThan(30);
        assertThat(secrets).hasSizeGreaterThan(20);
        String kept = everythingKept();
        secrets.forEach((name, secret) -> {
            assertThat(lines.stream()
                            .filter(line -> line.contains(secret))
                            .map(line -> line.substring(0, Math.min(200, line.length()))))
                    .as(name)
                    .isEmpty();
            assertThat(kept.contains(secret)).as(name + " in the database").isFalse();
        });
    }

    private void portal(Backend backend, Map<String, Object> ben) {
        HttpResponse<String> asked = sendRaw(HttpRequest.newBuilder(uri("/sign-in"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("email=" + ben.get("email_address"))));
        assertThat(asked.statusCode()).isEqualTo(303);
        String attempt = asked.headers().firstValue("Set-Cookie").orElseThrow();
        secret("attempt", attempt.substring(attempt.indexOf('=') + 1, attempt.indexOf(';')));
        sendRaw(HttpRequest.newBuilder(uri("/sign-in/code"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", attempt.substring(0, attempt.indexOf(';')))
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString("code=000000")));

        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");
        String cookie = portalSession(backend, ben);
        secret("portal session", cookie);
        String path = "/apps/" + client.id() + "/revoke";
        String page = sendRaw(HttpRequest.newBuilder(uri(path)).header("Cookie", "s=" + cookie))
                .body();
        String formToken = Jsoup.parse(page).selectFirst("[name=form_token]").val();
        secret("form token", formToken);
        assertThat(sendRaw(HttpRequest.newBuilder(uri(path))
                                .header("Cookie", "s=" + cookie)
                                .header("Sec-Fetch-Site", "same-origin")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("form_token=" + formToken)))
                        .statusCode())
                .isEqualTo(303);
    }

    /** E06: a host shows the portal in a frame, and opens it as a page; what goes wrong there is tried too. */
    private void embedded(Backend backend, Map<String, Object> acme, Map<String, Object> ben)
            throws InterruptedException {
        origins.add(
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", "")),
                uuid("organization", acme.get("organization_id")),
                Origin.require(HOST));
        EmbedHost host = new EmbedHost(server.getURI());
        Client client = app(backend, "third_party");
        connect(backend, ben, client, "email");

        String token = EmbedHost.token(backend, ben, HOST, Map.of());
        secret("embed token", token);
        assertThat(host.handOver(token, "https://evil.example").statusCode()).isEqualTo(401);
        EmbedHost.Opened frame = host.open(token, HOST);
        secret("handle of the frame", frame.handle());
        assertThat(host.handOver(token, HOST).statusCode()).as("used up").isEqualTo(401);
        secret(
                "confirmation",
                frame.page("/embed/apps/" + client.id() + "/revoke")
                        .selectFirst("[name=confirmation]")
                        .val());
        assertThat(frame.post(
                                "/embed/apps/" + client.id() + "/revoke",
                                Map.of("confirmation", "cpcf_of-no-question-at-all"))
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
        secret("wrong confirmation", "cpcf_of-no-question-at-all");
        assertThat(frame.revoke(client.id()).statusCode()).isEqualTo(303);

        String link = EmbedHost.token(backend, ben, HOST, Map.of());
        secret("token of a link", link);
        for (int status : List.of(303, 401)) {
            HttpResponse<String> opened = sendRaw(HttpRequest.newBuilder(uri("/link"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Origin", HOST)
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Sec-Fetch-Dest", "document")
                    .POST(HttpRequest.BodyPublishers.ofString("token=" + link)));
            assertThat(opened.statusCode()).isEqualTo(status);
            opened.headers()
                    .firstValue("Set-Cookie")
                    .ifPresent(cookie -> secret(
                            "session of a link", cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'))));
        }
        assertThat(secrets).containsKey("session of a link");
    }

    private void secret(String name, String value) {
        if (value != null) {
            assertThat(value).as(name).hasSizeGreaterThan(15);
            secrets.put(name, value);
        }
    }

    /** Every row of every table, as text. */
    private static String everythingKept() throws SQLException {
        StringBuilder all = new StringBuilder();
        try (java.sql.Connection connection = database();
                Statement statement = connection.createStatement()) {
            List<String> tables = new java.util.ArrayList<>();
            try (ResultSet names = statement.executeQuery("SHOW TABLES")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            byte[] value = rows.getBytes(i);
                            all.append(
                                            value == null
                                                    ? ""
                                                    : new String(value, java.nio.charset.StandardCharsets.ISO_8859_1))
                                    .append(' ');
                        }
                    }
                }
            }
        }
        return all.toString();
    }
}
