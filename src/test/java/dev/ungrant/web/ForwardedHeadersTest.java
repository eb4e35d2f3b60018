package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a proxy says of a request counts only when the proxy is one of ours (rule B13, RFC 9700 §4.13). By raw sockets: no
 * library stands in between that would mend or refuse what is sent.
 */
final class ForwardedHeadersTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> ben;
    private Client client;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        client = app(backend, "third_party_public");
    }

    /** L03: nobody chooses the address that the audit and the limits know them by. */
    @Test
    void addressOfAStrangersHeaderIsNotBelieved() throws Exception {
        for (String forged : List.of(
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-For: 203.0.113.7, 127.0.0.1",
                "Forwarded: for=203.0.113.7",
                "X-Real-IP: 203.0.113.7")) {
            assertThat(addressOf(server, forged)).as(forged).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void addressOfAProxysHeaderIsTheLastOneThatIsNoProxyOfOurs() throws Exception {
        try (ApplicationContext context =
                ApplicationContext.run(Map.of("ungrant.trusted-proxies", List.of("127.0.0.1", "192.0.2.1")), "test")) {
            EmbeddedServer behind = context.getBean(EmbeddedServer.class).start();
            assertThat(addressOf(behind, "X-Forwarded-For: 203.0.113.7")).isEqualTo("203.0.113.7");
            // What the person's own browser put in front is on the left, and is not believed.
            assertThat(addressOf(behind, "X-Forwarded-For: 198.51.100.9, 203.0.113.7, 192.0.2.1"))
                    .isEqualTo("203.0.113.7");
            assertThat(addressOf(behind, "X-Forwarded-For: 2001:db8::7")).isEqualTo("2001:db8::7");
            assertThat(addressOf(behind, "X-Forwarded-For: " + "9".repeat(60))).isEqualTo("127.0.0.1");
            assertThat(addressOf(behind, "Forwarded: for=203.0.113.7")).isEqualTo("127.0.0.1");
        }
    }

    /** The issuer and every address in an answer come from BASE_URL, whoever says otherwise. */
    @Test
    void addressesInAnswersDoNotComeFromHeaders() throws Exception {
        try (ApplicationContext context =
                ApplicationContext.run(Map.of("ungrant.trusted-proxies", List.of("127.0.0.1")), "test")) {
            EmbeddedServer behind = context.getBean(EmbeddedServer.class).start();
            String path = "/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration";
            for (EmbeddedServer node : List.of(server, behind)) {
                String plain = body(raw(node, "GET " + path + " HTTP/1.1", "Host: " + node.getHost(), ""));
                assertThat(plain).contains("\"issuer\":\"" + node.getURI() + "/v1/public/");
                for (String header : List.of(
                        "X-Forwarded-Host: evil.example",
                        "X-Forwarded-Proto: gopher",
                        "X-Forwarded-Port: 1",
                        "X-Forwarded-Prefix: /evil",
                        "Forwarded: host=evil.example;proto=https",
                        "X-Original-URL: /evil",
                        "X-HTTP-Method-Override: DELETE")) {
                    String answer = body(raw(node, "GET " + path + " HTTP/1.1", "Host: evil.example\r\n" + header, ""));
                    assertThat(answer).as(header).isEqualTo(plain);
                }
            }
        }
    }

    /** The address under which the audit has what an app does with this header. */
    private String addressOf(EmbeddedServer node, String header) throws IOException, SQLException {
        Connection connection = connect(backend, ben, client, "offline_access");
        Map<String, String> form = new HashMap<>(client.credentials());
        form.put("token", connection.refreshToken());
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String answer = raw(
                node,
                "POST /v1/oauth2/revoke HTTP/1.1",
                "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" + header,
                body);
        assertThat(answer).startsWith("HTTP/1.1 200");
        return lastAddress(uuid("organization", ben.get("organization_id")));
    }

    private static String lastAddress(UUID tenantId) throws SQLException {
        try (java.sql.Connection database = database();
                PreparedStatement statement = database.prepareStatement("""
                        SELECT ip_address FROM audit_events
                        WHERE tenant_id = UUID_TO_BIN(?) AND action = 'token.revoked_by_app'
                        ORDER BY occurred_at DESC LIMIT 1
                        """)) {
            statement.setString(1, tenantId.toString());
            ResultSet rows = statement.executeQuery();
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static String raw(EmbeddedServer node, String line, String headers, String body) throws IOException {
        URI address = node.getURI();
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            String request = line + "\r\n" + headers + "\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String body(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 200");
        return answer.substring(answer.indexOf("\r\n\r\n"));
    }
}
