package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.annotation.Property;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an organization is called, looks like and whom it invites, changed on its page. */
@Property(name = "ungrant.fetching.loopback", value = "true")
class SettingsPagesTest extends PortalTest {
    private static final String PATH = "/organization/settings";
    private String ada;

    @BeforeEach
    void admin() {
        ada = cast.signIn(cast.subject(cast.admin("Ada")));
    }

    private Map<String, String> form(String session) {
        Map<String, String> fields = new LinkedHashMap<>();
        Element form = page(PATH, session).selectFirst("form.form");
        form.select("input[name]:not([type=radio]), textarea[name]")
                .forEach(field -> fields.put(field.attr("name"), field.is("textarea") ? field.text() : field.val()));
        form.select("input[type=radio][checked]").forEach(field -> fields.put(field.attr("name"), field.val()));
        return fields;
    }

    private HttpResponse<String> save(String session, Map<String, String> fields) {
        return call(PATH).as(session).post(fields);
    }

    @Test
    void adminChangesEverythingAndTheAuditNamesTheFields() throws SQLException {
        Map<String, String> form = form(ada);
        form.put("name", "Acme & Söhne");
        form.put("slug", "acme-soehne-" + cast.organization.organizationId());
        form.put("domains", "@ACME.example, acme.test\nacme.example");
        form.put("invites", "RESTRICTED");
        HttpResponse<String> saved = save(ada, form);
        assertThat(saved.statusCode()).as(saved.body()).isEqualTo(303);
        assertThat(location(saved)).isEqualTo(PATH + "?saved=yes");
        assertThat(page(PATH + "?saved=yes", ada).select(".notice").text()).contains("Saved");
        assertThat(cast.now().name()).isEqualTo("Acme & Söhne");
        assertThat(cast.now().settings().emailAllowedDomains()).containsExactly("acme.example", "acme.test");
        assertThat(cast.now().settings().emailInvites()).isEqualTo("RESTRICTED");
        assertThat(audited("organization.updated"))
                .contains("update.info.name", "update.info.slug", "update.settings.allowed-domains")
                .doesNotContain("update.info.logo-url");

        Map<String, String> again = form(ada);
        again.put("domains", "");
        again.put("invites", "ALL_ALLOWED");
        save(ada, again);
        assertThat(cast.now().settings().emailAllowedDomains()).isEmpty();
    }

    @Test
    void nothingIsChangedByAFormWithMistakesAndEachIsSaidAtItsField() {
        PortalCast other = new PortalCast(context);
        Map<String, String> form = form(ada);
        form.put("name", "   ");
        form.put("slug", "a b");
        form.put("logo", "http://evil.example/x.png");
        form.put("domains", "acme.example not_a_domain");
        form.put("invites", "EVERYBODY");
        HttpResponse<String> refused = save(ada, form);
        assertThat(refused.statusCode()).isEqualTo(422);
        Document page = Jsoup.parse(refused.body());
        for (String field : List.of("name", "slug", "logo", "domains", "invites")) {
            assertThat(page.select("#" + field + "-wrong").text()).as(field).isNotBlank();
        }
        assertThat(page.select("#domains-wrong").text())
                .contains("not_a_domain")
                .doesNotContain("acme.example,");
        assertThat(page.select("#slug").val()).as("what was typed stays").isEqualTo("a b");
        assertThat(page.select("[aria-invalid=true]")).hasSize(4);

        Map<String, String> restricted = form(ada);
        restricted.put("invites", "RESTRICTED");
        assertThat(save(ada, restricted).body()).contains("list at least one domain");

        Map<String, String> taken = form(ada);
        taken.put("name", "Changed");
        // In another project the short name would be free.
        context.getBean(Organizations.class)
                .create(
                        new ProjectCaller(cast.project.projectId(), new Via(Via.Door.COMMAND, "x", "")),
                        new JsonBody(Map.of("organization_name", "Globex", "organization_slug", "globex")));
        taken.put("slug", "globex");
        HttpResponse<String> used = save(ada, taken);
        assertThat(used.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(used.body()).select("#slug-wrong").text()).contains("Another organization");
        assertThat(cast.now().name()).isEqualTo("Acme");
        assertThat(other.now().name()).isEqualTo("Acme");
    }

    @Test
    void formOfAnOlderStateIsRefusedAndSaysWhoWasQuicker() {
        Map<String, String> mine = form(ada);
        String bea = cast.signIn(cast.subject(cast.admin("Bea Quick")));
        Map<String, String> hers = form(bea);
        hers.put("name", "Hers");
        save(bea, hers);
        mine.put("name", "Mine");
        HttpResponse<String> refused = save(ada, mine);
        assertThat(refused.statusCode()).isEqualTo(409);
        Document page = Jsoup.parse(refused.body());
        assertThat(page.select(".notice.warn").text()).contains("Bea Quick changed this just now");
        assertThat(page.select(".now").text()).isEqualTo("There now: Hers");
        assertThat(page.select("#name").val()).isEqualTo("Mine");
        assertThat(cast.now().name()).isEqualTo("Hers");

        // The page shows what is there now, so saving it again is meant.
        mine.put("shown", page.select("input[name=shown]").val());
        assertThat(save(ada, mine).statusCode()).isEqualTo(303);
        assertThat(cast.now().name()).isEqualTo("Mine");
    }

    @Test
    void fieldsWithoutPermissionAreNotDrawnAndNotTaken() {
        cast.role("namer", "stytch.organization update.info.name");
        String namer = cast.signIn(cast.subject(cast.memberWith("Nia", "namer")));
        Map<String, String> form = form(namer);
        assertThat(form).containsOnlyKeys("form_token", "shown", "name");
        form.put("name", "Renamed");
        form.put("slug", "taken-over");
        assertThat(save(namer, form).statusCode()).isEqualTo(403);
        assertThat(cast.now().slug()).isNotEqualTo("taken-over");
        form.remove("slug");
        assertThat(save(namer, form).statusCode()).isEqualTo(303);
        assertThat(cast.now().name()).isEqualTo("Renamed");

        String ben = cast.signIn(cast.subject(cast.member("Ben")));
        assertThat(call(PATH).as(ben).get().statusCode()).isEqualTo(403);
        assertThat(save(ben, Map.of("form_token", formToken(ben), "name", "Bens", "shown", "x"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(save(ada, Map.of("form_token", "00", "name", "x")).statusCode())
                .isEqualTo(403);
        assertThat(cast.now().name()).isEqualTo("Renamed");
    }

    @Test
    void logoIsDrawnAnewAndServedFromHereOnly() throws Exception {
        var site =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        BufferedImage picture = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
        picture.createGraphics().setColor(Color.RED);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        site.createContext("/logo.png", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "image/png");
            exchange.sendResponseHeaders(200, png.size());
            exchange.getResponseBody().write(png.toByteArray());
            exchange.close();
        });
        site.createContext("/logo.svg", exchange -> {
            byte[] svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".getBytes();
            exchange.getResponseHeaders().set("Content-Type", "image/png");
            exchange.sendResponseHeaders(200, svg.length);
            exchange.getResponseBody().write(svg);
            exchange.close();
        });
        site.start();
        try {
            String host = "http://127.0.0.1:" + site.getAddress().getPort();
            Map<String, String> form = form(ada);
            form.put("logo", host + "/logo.png");
            assertThat(save(ada, form).statusCode()).isEqualTo(303);
            Element shown = waitFor("img.place-logo");
            assertThat(shown.attr("src")).startsWith("/logos/" + cast.organization.organizationId());
            HttpResponse<byte[]> image = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address() + shown.attr("src")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(image.headers().firstValue("content-type")).hasValue("image/png");
            assertThat(image.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("sandbox");
            assertThat(ImageIO.read(new ByteArrayInputStream(image.body())).getWidth())
                    .isEqualTo(96);
            assertThat(page(PATH, ada).select("img").eachAttr("src")).noneMatch(src -> src.contains(host));

            Map<String, String> hostile = form(ada);
            hostile.put("logo", host + "/logo.svg");
            save(ada, hostile);
            assertThat(waitFor("#logo-problem").text()).contains("no PNG, JPEG or WebP picture");
            assertThat(page(PATH, ada).select("img.place-logo")).isEmpty();
            assertThat(call(shown.attr("src")).get().statusCode())
                    .as("the old picture is gone")
                    .isEqualTo(404);
        } finally {
            site.stop(0);
        }
    }

    private Element waitFor(String selector) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Element found = page(PATH, ada).selectFirst(selector);
            if (found != null) {
                return found;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no " + selector);
    }

    private String audited(String action) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT details FROM audit_events WHERE tenant_id = UUID_TO_BIN(?) AND action = ? ORDER BY occurred_at DESC LIMIT 1")) {
            statement.setString(1, cast.organization.organizationId().toString());
            statement.setString(2, action);
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getString(1);
        }
    }
}
