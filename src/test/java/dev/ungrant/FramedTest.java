package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.embed.EmbedHost;
import dev.ungrant.embed.EmbedOrigins;
import dev.ungrant.projects.Origin;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * Ben of Acme, who let Calendar and Notes in, and a host that shows him the portal in a frame of its page. After each test no
 * address and no header that tells of one has held a secret.
 */
@JarEnvironment(name = "BASE_URL", value = EmbedSites.PORTAL)
abstract class FramedTest extends JarTest {
    /** Headers in which a browser or htmx says where it is. */
    private static final List<String> TELLING = List.of("Referer", "HX-Current-URL", "HX-Target", "HX-Source");

    protected static EmbedSites sites;

    /** Every token that a backend of the host has handed out. */
    protected final List<String> secrets = new ArrayList<>();

    @Inject
    private EmbedOrigins origins;

    protected Backend backend;
    protected Map<String, Object> acme;
    protected Map<String, Object> ben;
    protected Client calendar;
    protected Client notes;
    protected Connection ofCalendar;
    protected Connection ofNotes;

    @BeforeAll
    static void openSites() throws IOException, GeneralSecurityException {
        sites = new EmbedSites(URI.create(baseUrl()));
    }

    @AfterAll
    static void closeSites() {
        sites.close();
    }

    /** This jar goes by the name that stands before it. */
    @Override
    void issuerIsTheJar() {}

    @BeforeEach
    void cast() {
        sites.forget();
        backend = b2b();
        acme = backend.organization("Acme");
        ben = backend.member(acme, "ben@acme.example");
        origins.add(
                new ProjectCaller(backend.project().projectId(), new Via(Via.Door.COMMAND, "request-id-test", "")),
                uuid("organization", acme.get("organization_id")),
                Origin.require(EmbedSites.HOST));
        calendar = app(backend, "third_party", Map.of("client_name", "Calendar"));
        notes = app(backend, "third_party_public", Map.of("client_name", "Notes"));
        ofCalendar = connect(backend, ben, calendar, "openid", "offline_access");
        ofNotes = connect(backend, ben, notes, "openid", "offline_access");
        sites.backend = () -> mint(Map.of());
    }

    /** What the host's backend hands to its page: the answer as it came. */
    protected final String mint(Map<String, Object> more) {
        Answer answer = EmbedHost.mint(backend, ben, EmbedSites.HOST, more).ok();
        secrets.add(answer.text("embed_token"));
        return answer.response().body();
    }

    protected final void isDead(Connection connection) {
        assertThat(isActive(connection.client(), connection.accessToken())).isFalse();
        refusedAs(refresh(connection), 400, "invalid_grant");
    }

    protected final void isAlive(Connection connection) {
        assertThat(isActive(connection.client(), connection.accessToken())).isTrue();
    }

    @AfterEach
    void e06NoAddressHeldASecret() {
        for (EmbedSites.Asked asked : sites.asked) {
            assertThat(LogSecrets.in(asked.address())).as("addresses").isEmpty();
            asked.headers().forEach((name, values) -> {
                if (TELLING.stream().anyMatch(name::equalsIgnoreCase)) {
                    assertThat(LogSecrets.in(values.toString())).as(name).isEmpty();
                    assertThat(secrets).as(name).noneMatch(values.toString()::contains);
                }
            });
        }
    }
}
