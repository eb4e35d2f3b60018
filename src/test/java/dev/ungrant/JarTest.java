package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * A suite whose every request goes to the jar as production runs it; beans of the test JVM only make whom it is about. The
 * jar lives as long as the suite, since its jobs would deliver the mails of others and remove their old rows.
 */
public abstract class JarTest extends OAuthTest {
    /** The exit code of a Java process that ended because it was told to, by SIGTERM. */
    private static final int TOLD_TO_STOP = 143;

    private static final Set<String> SEEN = new HashSet<>();
    private static RunningJar jar;

    @BeforeAll
    protected static void startJar(TestInfo suite) throws IOException {
        String name = suite.getTestClass().orElseThrow().getSimpleName();
        Files.deleteIfExists(RunningJar.logOf(name));
        SEEN.clear();
        Map<String, String> environment = new HashMap<>(Map.of("LOG_LEVEL", "DEBUG"));
        JarEnvironment more = suite.getTestClass().orElseThrow().getAnnotation(JarEnvironment.class);
        if (more != null) {
            environment.put(more.name(), more.value());
        }
        jar = RunningJar.start(name, environment);
    }

    /** L05 */
    @AfterAll
    protected static void stopJarAndReadItsLog() throws IOException, InterruptedException {
        if (jar == null) {
            return;
        }
        assertThat(jar.stop()).isEqualTo(TOLD_TO_STOP);
        String log = Files.readString(jar.log());
        assertThat(log.lines().filter(line -> line.contains(" RequestLog {")))
                .as("requests that were logged")
                .hasSizeGreaterThan(10);
        assertThat(log).as("the jar talks as much as it can").contains(" DEBUG ");
        LogSecrets.assertNone(log);
        assertThat(SEEN).as("secrets in requests and answers").isNotEmpty().noneMatch(log::contains);
        assertThat(log)
                .doesNotContain(System.getProperty("ungrant.db.password"))
                .doesNotContain(System.getProperty("ungrant.key"));
    }

    @Override
    protected final URI uri(String path) {
        return jar.uri(path);
    }

    /** What the jar calls itself, and what clients are told to talk to. */
    protected static String baseUrl() {
        return jar.baseUrl();
    }

    @Override
    protected Answer send(java.net.http.HttpRequest.Builder request) {
        Answer answer = super.send(request);
        request.build().headers().map().values().forEach(values -> SEEN.addAll(LogSecrets.in(values.toString())));
        SEEN.addAll(LogSecrets.in(answer.response().body()));
        return answer;
    }

    /** The other form of the session, as the jar issues it. */
    protected String sessionJwt(Backend backend, Map<String, Object> person, String sessionToken) {
        String path = person.containsKey("member_id") ? "/v1/b2b/sessions/authenticate" : "/v1/sessions/authenticate";
        return backend.post(path, Map.of("session_token", sessionToken)).ok().text("session_jwt");
    }

    /** Everything that names its issuer names the jar, not the node inside the test JVM. */
    @Test
    void issuerIsTheJar() throws ParseException {
        Backend backend = b2b();
        Map<String, Object> ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        Client client = app(backend, "third_party", Map.of("access_token_format", "jwt"));
        Connection connection = connect(backend, ben, client, "openid");
        String session = begin(backend.project(), ben).token().reveal();
        for (String jwt : List.of(
                connection.accessToken(), connection.answer().text("id_token"), sessionJwt(backend, ben, session))) {
            assertThat(SignedJWT.parse(jwt).getJWTClaimsSet().getIssuer()).startsWith(baseUrl());
        }
        String discovery = "/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration";
        assertThat(send(java.net.http.HttpRequest.newBuilder(uri(discovery))).text("issuer"))
                .startsWith(baseUrl());
        assertThat(server.getURL().toString()).isNotEqualTo(baseUrl());
    }
}
