package dev.ungrant.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.commands.CommandLine;
import dev.ungrant.embedded.EmbeddedMySql;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Keys come and go under load, on two nodes, and nobody who keeps the published set as long as they are told meets a token
 * whose key is not in it. Rules B30 and B34. In a database of its own: other tests keep their keys.
 */
final class KeyRotationTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static EmbeddedMySql mySql;

    private final List<EmbeddedServer> nodes = new ArrayList<>();

    @BeforeAll
    static void ownDatabase() {
        mySql = EmbeddedMySql.throwaway();
    }

    @AfterAll
    static void gone() {
        mySql.close();
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(node -> node.getApplicationContext().close());
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM signing_keys");
            statement.execute("DELETE FROM audit_events");
        }
    }

    @Test
    void b30WhoeverKeepsTheSetAsToldFindsTheKeyOfEveryToken() throws Exception {
        Map<String, Object> quick = Map.of(
                "ungrant.keys.rotation", "3s",
                "ungrant.keys.lead", "4s",
                "ungrant.keys.overlap", "4s",
                "ungrant.keys.max-age", "1s",
                "ungrant.keys.reload", "250ms",
                "ungrant.keys.check", "200ms");
        List<EmbeddedServer> both = List.of(start(quick), start(quick));
        String since = project(both.getFirst());
        List<Reader> readers = List.of(new Reader(both.get(0)), new Reader(both.get(1)));
        Map<SigningAlgorithm, Set<String>> seen = new EnumMap<>(SigningAlgorithm.class);
        Deque<Issued> later = new ArrayDeque<>();
        Instant end = Instant.now().plus(Duration.ofMinutes(4));
        int signed = 0;
        while (Instant.now().isBefore(end)
                && (seen.size() < 2 || seen.values().stream().anyMatch(kids -> kids.size() < 3))) {
            for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
                SigningKeys keys = both.get(signed % 2).getApplicationContext().getBean(SigningKeys.class);
                SignedJWT token = SignedJWT.parse(keys.sign(claims(), algorithm, JOSEObjectType.JWT));
                seen.computeIfAbsent(algorithm, a -> new HashSet<>())
                        .add(token.getHeader().getKeyID());
                // Each reader, whichever node it asks: now, and a while later, as long as tokens live here.
                for (Reader reader : readers) {
                    reader.check(token, "just signed");
                }
                later.add(new Issued(token, Instant.now()));
                signed++;
            }
            while (!later.isEmpty()
                    && later.peek().at().plus(Duration.ofMillis(1500)).isBefore(Instant.now())) {
                SignedJWT old = later.remove().token();
                for (Reader reader : readers) {
                    reader.check(old, "signed a while ago");
                }
            }
            Thread.sleep(5);
        }
        assertThat(seen.values()).allSatisfy(kids -> assertThat(kids).hasSizeGreaterThanOrEqualTo(3));
        assertThat(signed).isGreaterThan(50);
        assertThat(secondsBetweenGenerations())
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(3.0));
        List<String> made =
                strings("SELECT key_id FROM signing_keys WHERE generation > 1 AND created_at > '" + since + "'");
        assertThat(made).isNotEmpty();
        // Whichever of the nodes made it: one key, one event.
        assertThat(strings("SELECT details->>'$.key' FROM audit_events WHERE action = 'signing_key.added'"))
                .containsAll(made)
                .doesNotHaveDuplicates();
        assertThat(strings("SELECT DISTINCT CONCAT(actor_kind, ' ', door) FROM audit_events"))
                .containsExactly("SYSTEM JOB");
    }

    @Test
    void b30PublishedKeysArePublicStrongAndNamedOnce() throws Exception {
        EmbeddedServer node = start(Map.of());
        Reader reader = new Reader(node);
        JWKSet keys = reader.fetch();
        assertThat(keys.getKeys()).hasSize(2).noneMatch(JWK::isPrivate);
        assertThat(keys.getKeys().stream().map(JWK::getKeyID).distinct()).hasSize(2);
        for (JWK key : keys.getKeys()) {
            if (key instanceof RSAKey rsa) {
                assertThat(rsa.size()).isGreaterThanOrEqualTo(3072);
            } else {
                assertThat(key.toECKey().getCurve()).isEqualTo(Curve.P_256);
            }
        }
        assertThat(reader.text).doesNotContain("\"d\"").doesNotContain("\"p\"");
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT private_jwk FROM signing_keys")) {
            int count = 0;
            while (rows.next()) {
                assertThat(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1))
                        .doesNotContain("kty")
                        .doesNotContain("\"d\"");
                count++;
            }
            assertThat(count).isEqualTo(2);
        }
        String another = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
        SigningKeys stranger =
                start(Map.of("ungrant.key", another)).getApplicationContext().getBean(SigningKeys.class);
        assertThatThrownBy(stranger::jwks).hasStackTraceContaining("another UNGRANT_KEY");
    }

    /** What a thief has is taken away: at once in the database, within the time of a look at the nodes. */
    @Test
    void withdrawnKeyIsGoneAndAnotherSigns() throws Exception {
        EmbeddedServer node = start(Map.of("ungrant.keys.reload", "200ms"));
        project(node);
        EmbeddedServer slow = start(Map.of("ungrant.keys.reload", "1h"));
        SigningKeys keys = node.getApplicationContext().getBean(SigningKeys.class);
        SigningKeys ofSlow = slow.getApplicationContext().getBean(SigningKeys.class);
        String stolen = keys.sign(claims());
        assertThat(ofSlow.verify(stolen)).isPresent();
        String kid = SignedJWT.parse(stolen).getHeader().getKeyID();

        assertThat(command(node, "keys", "list").toString()).contains(kid);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(KeySet.class);
        logger.addAppender(log);
        List<Object> left = command(node, "keys", "withdraw", "--key", kid);
        assertThat(left.toString()).doesNotContain(kid);
        String spare = strings("SELECT key_id FROM signing_keys WHERE algorithm = 'RS256' AND generation = 2")
                .getFirst();
        assertThat(strings("""
                SELECT CONCAT_WS(' ', actor_kind, door, action, details->>'$.key') FROM audit_events
                """))
                .containsExactlyInAnyOrder(
                        "PROJECT COMMAND signing_key.withdrawn " + kid, "PROJECT COMMAND signing_key.added " + spare);
        assertThat(left).hasSize(2);
        Reader reader = new Reader(node);
        Instant end = Instant.now().plusSeconds(10);
        while (reader.fetch().getKeyByKeyId(kid) != null && Instant.now().isBefore(end)) {
            Thread.sleep(50);
        }
        assertThat(reader.fetch().getKeyByKeyId(kid)).isNull();
        assertThat(keys.verify(stolen)).isEmpty();
        String anew = keys.sign(claims());
        assertThat(SignedJWT.parse(anew).getHeader().getKeyID()).isEqualTo(spare);
        // A node that has not looked yet looks when it is shown a key it does not know, and forgets the other by that.
        assertThat(ofSlow.verify(anew)).isPresent();
        assertThat(ofSlow.verify(stolen)).isEmpty();
        logger.detachAppender(log);
        // The command's own log is quiet: each node says what it has learned.
        assertThat(List.copyOf(log.list).stream()
                        .filter(line -> line.getFormattedMessage().contains(kid + " was withdrawn")))
                .hasSize(2);
    }

    @Test
    void rotationByCommandPublishesFirstAndSignsLater() throws Exception {
        EmbeddedServer node = start(Map.of());
        project(node);
        SigningKeys keys = node.getApplicationContext().getBean(SigningKeys.class);
        String kid = SignedJWT.parse(keys.sign(claims())).getHeader().getKeyID();
        List<Object> listed = command(node, "keys", "rotate", "--algorithm", "RS256");
        assertThat(strings("""
                SELECT CONCAT_WS(' ', actor_kind, door, action, details->>'$.algorithm', details->>'$.key')
                FROM audit_events
                """)).containsExactlyElementsOf(strings("""
                SELECT CONCAT('PROJECT COMMAND signing_key.added RS256 ', key_id) FROM signing_keys
                WHERE algorithm = 'RS256' AND generation = 2
                """));
        assertThat(listed).hasSize(3);
        assertThat(states(listed, "RS256")).containsExactlyInAnyOrder("published", "signing");
        assertThat(states(listed, "ES256")).containsExactly("signing");
        assertThat(SignedJWT.parse(keys.sign(claims())).getHeader().getKeyID()).isEqualTo(kid);
        assertThat(listed.toString()).contains("retires_at");
        assertThat(exitCode(node, "keys", "rotate", "--algorithm", "HS256")).isEqualTo(2);
        assertThat(exitCode(node, "keys", "withdraw", "--key", "nobody's")).isEqualTo(1);
        assertThat(strings("SELECT action FROM audit_events")).hasSize(1);
    }

    private record Issued(SignedJWT token, Instant at) {}

    /** A client that keeps the set of keys exactly as long as the answer allows. */
    private static final class Reader {
        private final EmbeddedServer node;
        private JWKSet kept;
        private Instant until = Instant.MIN;
        private String text;

        Reader(EmbeddedServer node) {
            this.node = node;
        }

        void check(SignedJWT token, String when) throws Exception {
            if (Instant.now().isAfter(until)) {
                kept = fetch();
            }
            JWK key = kept.getKeyByKeyId(token.getHeader().getKeyID());
            if (key == null) {
                throw new AssertionError("no key " + token.getHeader().getKeyID() + " for a token that was " + when
                        + "; now " + Instant.now() + ", kept until " + until + ", " + rows());
            }
            JWSVerifier verifier =
                    key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey());
            assertThat(token.verify(verifier)).isTrue();
        }

        JWKSet fetch() throws Exception {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(node.getURI().resolve("/.well-known/jwks.json"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String cache = answer.headers().firstValue("Cache-Control").orElseThrow();
            assertThat(cache).startsWith("public, max-age=");
            until = Instant.now().plusSeconds(Long.parseLong(cache.substring(cache.indexOf('=') + 1)));
            text = answer.body();
            return JWKSet.parse(text);
        }
    }

    private static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder().issuer("https://test.example").build();
    }

    private EmbeddedServer start(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putAll(mySql.settings());
        EmbeddedServer node = ApplicationContext.run(EmbeddedServer.class, all, "test");
        nodes.add(node);
        return node;
    }

    /** What the command wrote: a list. */
    private static List<Object> command(EmbeddedServer node, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(node, out, words)).isZero();
        return node.getApplicationContext()
                .getBean(dev.ungrant.web.Json.class)
                .read(out.toString(StandardCharsets.UTF_8), io.micronaut.core.type.Argument.listOf(Object.class));
    }

    private static int exitCode(EmbeddedServer node, String... words) {
        return run(node, new ByteArrayOutputStream(), words);
    }

    private static int run(EmbeddedServer node, ByteArrayOutputStream out, String... words) {
        return new CommandLine(node.getApplicationContext(), new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(words, new PrintStream(new ByteArrayOutputStream()));
    }

    @SuppressWarnings("unchecked")
    private static List<Object> states(List<Object> keys, String algorithm) {
        return keys.stream()
                .map(key -> (Map<String, Object>) key)
                .filter(key -> key.get("algorithm").equals(algorithm))
                .map(key -> key.get("state"))
                .toList();
    }

    /** Makes one, since the audit of keys is that of the default project; the database's time when it is there. */
    private static String project(EmbeddedServer node) throws Exception {
        node.getApplicationContext().getBean(Projects.class).create(Vertical.B2B, "One", null, TokenFormat.OPAQUE);
        return strings("SELECT UTC_TIMESTAMP(6)").getFirst();
    }

    private static List<String> strings(String query) throws Exception {
        List<String> strings = new ArrayList<>();
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }

    /** Two nodes that both find a rotation due make one key, not two. */
    private static List<Double> secondsBetweenGenerations() throws Exception {
        List<Double> gaps = new ArrayList<>();
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT TIMESTAMPDIFF(MICROSECOND, o.created_at, n.created_at) / 1000000
                        FROM signing_keys o JOIN signing_keys n
                          ON n.algorithm = o.algorithm AND n.generation = o.generation + 1
                        """)) {
            while (rows.next()) {
                gaps.add(rows.getDouble(1));
            }
        }
        return gaps;
    }

    /** What there is, for whoever reads a failure. */
    private static String rows() throws Exception {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT CONCAT_WS(' ', key_id, generation, created_at, signs_at, retires_at) FROM signing_keys
                        ORDER BY algorithm, generation
                        """)) {
            while (row.next()) {
                rows.append('\n').append(row.getString(1));
            }
        }
        return rows.toString();
    }

    private static Connection database() throws Exception {
        Map<String, String> settings = mySql.settings();
        return DriverManager.getConnection(
                settings.get("ungrant.db.url"), settings.get("ungrant.db.user"), settings.get("ungrant.db.password"));
    }
}
