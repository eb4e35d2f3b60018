package dev.ungrant.logos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ungrant.OAuthTest;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.projects.Project;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Property(name = "ungrant.fetching.loopback", value = "true")
final class LogosTest extends OAuthTest {
    @Inject
    ConnectedApps apps;

    @Inject
    Logos logos;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer site;

    @BeforeEach
    void openTheAppsWebSite() throws IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB), "png", png);
        site.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            boolean script = path.endsWith(".svg");
            byte[] body = script ? "<svg><script>alert(1)</script></svg>".getBytes() : png.toByteArray();
            exchange.getResponseHeaders().set("Content-Type", path.contains("html") ? "text/html" : "image/png");
            exchange.sendResponseHeaders(path.contains("missing") ? 404 : 200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        site.start();
    }

    @AfterEach
    void close() {
        site.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + site.getAddress().getPort() + path;
    }

    private record Published(Project project, Backend backend, Client client) {}

    private Published app(String logo) {
        Backend backend = b2b();
        Client client = app(
                backend,
                "third_party",
                Map.of("logo_url", url(logo), "client_uri", "https://publisher.example", "client_name", "Pictured"));
        return new Published(backend.project(), backend, client);
    }

    private ConnectedApp load(Published app) {
        return apps.find(app.project.projectId(), app.client.id());
    }

    private void verify(Published app, Instant at) {
        ProjectCaller caller = new ProjectCaller(app.project.projectId(), new Via(Via.Door.COMMAND, "test", ""));
        apps.setPublisherVerified(caller, load(app), at);
    }

    /** The job runs on every node; so that the test need not wait, it is run here too. */
    private String shown(Published app) {
        logos.fetchDue();
        for (int i = 0; i < 100; i++) {
            if (load(app).logoHash() != null) {
                return "/logos/" + load(app).appId() + "/" + load(app).logoHash() + ".png";
            }
            pause();
        }
        throw new AssertionError("There is no logo.");
    }

    private void settled() {
        logos.fetchDue();
        // Another node of the test may have taken it.
        pause();
        pause();
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<byte[]> picture(String address) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(address)).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void aVerifiedAppHasItsPictureFromOurOrigin() throws Exception {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String address = shown(app);
        HttpResponse<byte[]> response = picture(address);
        assertThat(response.statusCode()).isEqualTo(200);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(response.body()));
        assertThat(image.getWidth()).isEqualTo(96);
        assertThat(image.getHeight()).isEqualTo(96);
        assertThat(response.headers().map())
                .containsEntry("content-type", List.of("image/png"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("content-disposition", List.of("attachment; filename=\"logo.png\""))
                .containsEntry(
                        "content-security-policy", List.of("default-src 'none'; sandbox; frame-ancestors 'none'"))
                .containsEntry("cache-control", List.of("public, max-age=31536000, immutable"))
                .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
                .doesNotContainKey("set-cookie");
        // The API goes on telling what was registered.
        Map<String, Object> json =
                app.backend.get("/v1/connected_apps/clients/" + app.client.id()).object("connected_app");
        assertThat(json.get("logo_url")).isEqualTo(url("/logo.png"));
        assertThat(asked).containsExactly("/logo.png");
    }

    @Test
    void nobodyFetchesForAnAppThatIsNotVerified() {
        Published app = app("/logo.png");
        settled();
        assertThat(load(app).logoHash()).isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void anotherAddressIsFetchedAnewAndTheOldPictureGoes() throws Exception {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String first = shown(app);
        app.backend
                .put("/v1/connected_apps/clients/" + app.client.id(), Map.of("logo_url", url("/logo.svg")))
                .ok();
        assertThat(load(app).logoHash()).isNull();
        assertThat(picture(first).statusCode()).isEqualTo(404);
        settled();
        assertThat(asked).containsExactly("/logo.png", "/logo.svg");
        // Its sender calls it a PNG, but that is not what it is.
        assertThat(load(app).logoHash()).isNull();
        app.backend
                .put("/v1/connected_apps/clients/" + app.client.id(), Map.of("logo_url", url("/again.png")))
                .ok();
        assertThat(picture(shown(app)).statusCode()).isEqualTo(200);
    }

    @Test
    void anUpdateOfSomethingElseFetchesNothing() {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String first = shown(app);
        app.backend
                .put("/v1/connected_apps/clients/" + app.client.id(), Map.of("client_name", "Another name"))
                .ok();
        assertThat(shown(app)).isEqualTo(first);
        assertThat(asked).containsExactly("/logo.png");
    }

    @Test
    void whatIsNotVerifiedAnyMoreIsGone() throws Exception {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String address = shown(app);
        verify(app, null);
        assertThat(load(app).logoHash()).isNull();
        assertThat(picture(address).statusCode()).isEqualTo(404);
    }

    /** Else whoever may change an app could put another name beside the seal. */
    @Test
    void anAppThatNamesAnotherPublisherIsVerifiedNoMore() throws Exception {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String address = shown(app);
        app.backend
                .put("/v1/connected_apps/clients/" + app.client.id(), Map.of("client_uri", "https://bank.example"))
                .ok();
        assertThat(load(app).publisherVerifiedAt()).isNull();
        assertThat(load(app).logoHash()).isNull();
        assertThat(picture(address).statusCode()).isEqualTo(404);
    }

    @Test
    void aDeletedAppHasNoPicture() throws Exception {
        Published app = app("/logo.png");
        verify(app, Instant.now());
        String address = shown(app);
        app.backend.delete("/v1/connected_apps/clients/" + app.client.id()).ok();
        assertThat(picture(address).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNoPictureIsAskedForOnce() {
        for (String path : List.of("/page.html", "/missing.png")) {
            Published app = app(path);
            verify(app, Instant.now());
            settled();
            settled();
            assertThat(load(app).logoHash()).isNull();
        }
        assertThat(asked).containsExactly("/page.html", "/missing.png");
    }

    @Test
    void addressesThatAreNoneAreNotFound() throws Exception {
        for (String address : List.of(
                "/logos/x/y.png",
                "/logos/00000000-0000-0000-0000-000000000000/00.png",
                "/logos/00000000-0000-0000-0000-000000000000/" + "ab".repeat(32) + ".png")) {
            assertThat(picture(address).statusCode()).as(address).isEqualTo(404);
        }
    }
}
