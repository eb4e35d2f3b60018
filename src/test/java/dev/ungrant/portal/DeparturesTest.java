package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Departures;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who may go, who must stay, and that nothing is left of those who are erased. */
class DeparturesTest extends PortalTest {
    private Member ada;
    private String admin;
    private ProjectCaller backend;

    @BeforeEach
    void cast() {
        ada = cast.admin("Ada");
        admin = cast.signIn(cast.subject(ada));
        backend = new ProjectCaller(cast.project.projectId(), new Via(Via.Door.COMMAND, "request-id-test", ""));
    }

    private static String path(Member member) {
        return "/organization/members/" + member.wireId();
    }

    private HttpResponse<String> post(String session, String path, Map<String, String> form) {
        Map<String, String> whole = new LinkedHashMap<>(form);
        whole.put("form_token", formToken(session));
        return call(path).as(session).post(whole);
    }

    private Member now(Member member) {
        return context.getBean(Members.class).find(backend, cast.organization.wireId(), member.wireId());
    }

    @Test
    void onlyAdministratorCanNeitherGoNorStepDown() {
        Document page = page(path(ada), admin);
        assertThat(page.select(".danger-zone").text()).contains("would be left without an administrator");
        assertThat(page.select(".danger-zone form")).isEmpty();
        assertThat(page(path(ada) + "/deactivate", admin).select("h1").text())
                .isEqualTo("Ada is the only administrator");
        assertThat(post(admin, path(ada) + "/deactivate", Map.of()).statusCode())
                .isEqualTo(409);
        HttpResponse<String> down = post(admin, path(ada) + "/edit", Map.of("name", "Ada", "roles", "yes"));
        assertThat(down.statusCode()).isEqualTo(422);
        assertThat(Jsoup.parse(down.body()).select(".wrong").text()).contains("the only administrator");
        assertThat(now(ada).roles()).contains("stytch_admin");

        Member eve = cast.admin("Eve");
        assertThat(post(admin, path(ada) + "/edit", Map.of("name", "Ada", "roles", "yes"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(now(ada).roles()).doesNotContain("stytch_admin");
        // A project may do without administrators.
        context.getBean(Departures.class).deactivate(backend, eve);
        assertThat(now(eve).isDeleted()).isTrue();
    }

    @Test
    void invitedAndDeactivatedAdministratorsDoNotCount() {
        Member gone = cast.admin("Gone");
        post(admin, path(gone) + "/deactivate", Map.of());
        post(
                admin,
                "/organization/members/new",
                Map.of(
                        "email",
                        "soon-" + UUID.randomUUID() + "@acme.example",
                        "how",
                        "invite",
                        "role",
                        "stytch_admin"));
        assertThat(post(admin, path(ada) + "/deactivate", Map.of()).statusCode())
                .isEqualTo(409);
        assertThat(now(ada).isDeleted()).isFalse();
    }

    @Test
    void administratorByDomainCountsAndAnAddressCannotTakeTheLastOneAway() {
        context.getBean(Organizations.class)
                .update(
                        backend,
                        cast.organization,
                        new JsonBody(Map.of(
                                "rbac_email_implicit_role_assignments",
                                List.of(Map.of("domain", "boss.example", "role_id", "stytch_admin")))));
        Member boss = cast.memberAt("Boss", "boss-" + UUID.randomUUID() + "@boss.example");
        assertThat(post(admin, path(ada) + "/edit", Map.of("roles", "yes")).statusCode())
                .isEqualTo(303);
        String his = cast.signIn(cast.subject(boss));
        assertThat(page(path(boss), his).select(".lines").text()).contains("By the email domain boss.example");
        assertThat(post(his, path(boss) + "/deactivate", Map.of()).statusCode()).isEqualTo(409);
    }

    /** Each takes the other's role away at the same moment. */
    @RepeatedTest(15)
    void twoAdministratorsCannotTakeEachOthersRoleAway() {
        Member eve = cast.admin("Eve");
        String hers = cast.signIn(cast.subject(eve));
        String adasToken = formToken(admin);
        String evesToken = formToken(hers);
        var one = CompletableFuture.supplyAsync(
                () -> call(path(eve) + "/edit").as(admin).post(Map.of("roles", "yes", "form_token", adasToken)),
                Thread::startVirtualThread);
        var other = CompletableFuture.supplyAsync(
                () -> call(path(ada) + "/deactivate").as(hers).post(Map.of("form_token", evesToken)),
                Thread::startVirtualThread);
        one.join();
        other.join();
        long left = List.of(now(ada), now(eve)).stream()
                .filter(member -> !member.isDeleted() && member.roles().contains("stytch_admin"))
                .count();
        assertThat(left).isGreaterThanOrEqualTo(1);
    }

    @Test
    void nobodyGivesOrTakesARoleThatHasMoreThanTheyHave() {
        Organizations organizations = context.getBean(Organizations.class);
        context.getBean(dev.ungrant.organizations.CustomRoles.class)
                .replace(
                        backend,
                        organizations.find(backend, cast.organization.wireId()),
                        List.of(
                                new Role(
                                        "staff",
                                        "Looks after people",
                                        List.of(new Role.ResourceActions(
                                                "stytch.member",
                                                List.of(
                                                        "search",
                                                        "create",
                                                        "update.settings.roles",
                                                        "update.info.email")))),
                                new Role(
                                        "finder",
                                        "",
                                        List.of(new Role.ResourceActions("stytch.member", List.of("search"))))));
        Member rita = context.getBean(Members.class)
                .create(
                        backend,
                        organizations.find(backend, cast.organization.wireId()),
                        new JsonBody(Map.of("email_address", "rita@acme.example", "roles", List.of("staff"))));
        String hers = cast.signIn(cast.subject(rita));
        Document form = page(path(rita) + "/edit", hers);
        assertThat(form.select("input[value=stytch_admin]").hasAttr("disabled")).isTrue();
        assertThat(form.select("input[value=finder]").hasAttr("disabled")).isFalse();
        assertThat(form.select("#name"))
                .as("everybody may change their own name")
                .hasSize(1);

        HttpResponse<String> up = call(path(rita) + "/edit")
                .as(hers)
                .header("Sec-Fetch-Site", "same-origin")
                .send(
                        "POST",
                        "application/x-www-form-urlencoded",
                        "roles=yes&role=staff&role=stytch_admin&form_token=" + formToken(hers));
        assertThat(up.statusCode()).isEqualTo(422);
        assertThat(now(rita).roles()).doesNotContain("stytch_admin");
        // Nor take an administrator's away, which stays although the browser does not send it.
        assertThat(post(hers, path(ada) + "/edit", Map.of("roles", "yes", "role", "finder"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(now(ada).roles()).contains("stytch_admin", "finder");
        Assertions.assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> context.getBean(Members.class)
                        .create(
                                caller(rita),
                                organizations.find(backend, cast.organization.wireId()),
                                new JsonBody(
                                        Map.of("email_address", "x@acme.example", "roles", List.of("stytch_admin")))))
                .withMessageContaining("given or taken away");
    }

    private dev.ungrant.rbac.SessionCaller caller(Member member) {
        var sessions = context.getBean(dev.ungrant.sessions.Sessions.class);
        return sessions.caller(
                sessions.findByToken(cast.signIn(cast.subject(member))).orElseThrow(),
                new Via(Via.Door.SDK, "request-id-test", ""));
    }

    @Test
    void nothingIsLeftOfWhomIsErasedButIds() {
        String mark = "Zebedee" + UUID.randomUUID().toString().substring(0, 8);
        String address = mark.toLowerCase(java.util.Locale.ROOT) + "@acme.example";
        Member zeb = cast.memberAt(mark, address);
        String his = cast.signIn(cast.subject(zeb));
        List<ConnectedApp> apps = cast.everydayApps(cast.subject(zeb));
        post(his, "/apps/" + apps.getFirst().wireId() + "/revoke", Map.of());
        post(his, "/preferences", Map.of("language", "de", "zone", "Europe/Berlin"));
        // By the sign-in page: an attempt, its code and its mail.
        call("/sign-in").post(Map.of("email", address));
        post(admin, path(zeb) + "/edit", Map.of("name", mark + " II", "roles", "yes", "role", "stytch_admin"));
        assertThat(tablesWith(mark)).contains("members");

        assertThat(page(path(zeb) + "/erase", admin).select("h1").text()).contains("is not deactivated");
        assertThat(post(admin, path(zeb) + "/erase", Map.of("typed", address)).statusCode())
                .isEqualTo(409);
        post(admin, path(zeb) + "/deactivate", Map.of());
        // Somebody with the name in the place of the address has not meant it.
        HttpResponse<String> mistyped = post(admin, path(zeb) + "/erase", Map.of("typed", mark));
        assertThat(mistyped.statusCode()).isEqualTo(422);
        assertThat(mistyped.body()).contains("That is not their address");
        HttpResponse<String> done = post(admin, path(zeb) + "/erase", Map.of("typed", address));
        Document list = page(location(done), admin);
        assertThat(list.select(".notice").text()).isEqualTo("Erased for good.");

        assertThat(tablesWith(mark)).isEmpty();
        assertThat(tablesWith(address)).isEmpty();
        assertThat(rows("SELECT COUNT(*) FROM sessions WHERE subject_id = UUID_TO_BIN('" + zeb.memberId() + "')"))
                .isZero();
        assertThat(rows("SELECT COUNT(*) FROM role_assignments WHERE subject_id = UUID_TO_BIN('" + zeb.memberId()
                        + "')"))
                .isZero();
        assertThat(rows("SELECT COUNT(*) FROM audit_events WHERE subject_id = UUID_TO_BIN('" + zeb.memberId() + "')"))
                .isGreaterThan(3);
        assertThat(call(path(zeb)).as(admin).get().statusCode()).isEqualTo(404);
        Assertions.assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> now(zeb))
                .matches(problem -> problem.type().wireName().equals("member_not_found"));
    }

    @Test
    void whatAnAddressWasTypedInForStaysWhileSomebodyElseSignsInWithIt() {
        String address = "twice-" + UUID.randomUUID() + "@acme.example";
        PortalCast globex = new PortalCast(context);
        globex.memberAt("Twice", address);
        Member here = cast.memberAt("Twice", address);
        call("/sign-in").post(Map.of("email", address));
        post(admin, path(here) + "/deactivate", Map.of());
        post(admin, path(here) + "/erase", Map.of("typed", address));
        assertThat(rows("SELECT COUNT(*) FROM sign_in_codes WHERE email_address = '" + address + "'"))
                .isEqualTo(1);
    }

    @Test
    void invitationIsAcceptedOnceAndOnlyTheLastLinkWorks() {
        String address = "nora-" + UUID.randomUUID() + "@acme.example";
        HttpResponse<String> sent = post(
                admin,
                "/organization/members/new",
                Map.of("email", address, "name", "Nora", "how", "invite", "days", "3"));
        Document page = page(location(sent), admin);
        assertThat(page.select(".notice").text()).isEqualTo("An invitation to Nora is on its way.");
        assertThat(page.select(".invitation").text()).contains("It works until");
        String first = link(mailTo(address, 1).text());
        post(admin, location(sent).replaceFirst("\\?.*", "") + "/invite", Map.of("days", "1"));
        String second = link(mailTo(address, 2).text());
        assertThat(call("/join").cookie("j", followed(first)).get().statusCode())
                .isEqualTo(410);

        String secret = followed(second);
        HttpResponse<String> question = call("/join").cookie("j", secret).get();
        assertThat(question.body()).contains("Join Acme", address).doesNotContain(secret);
        // Looking changes nothing: a mail scanner may have been there first.
        call("/join").cookie("j", secret).get();
        HttpResponse<String> joined = call("/join").cookie("j", secret).post(Map.of());
        assertThat(location(joined)).isEqualTo("/");
        String hers = cookieOf(joined, "s");
        assertThat(page("/", hers).select(".menu-who").text()).contains(address);
        assertThat(call("/join").cookie("j", secret).post(Map.of()).statusCode())
                .isEqualTo(410);
        Document after = page(location(sent).replaceFirst("\\?.*", ""), admin);
        assertThat(after.select(".chip").first().text()).isEqualTo("Active");
        assertThat(after.text()).contains("They have shown that it is theirs");
        assertThat(after.select(".invitation")).isEmpty();
    }

    @Test
    void invitationThatIsWithdrawnLeavesNothing() {
        String address = "nils-" + UUID.randomUUID() + "@acme.example";
        HttpResponse<String> sent = post(admin, "/organization/members/new", Map.of("email", address, "how", "invite"));
        String secret = followed(link(mailTo(address, 1).text()));
        String nils = location(sent).replaceFirst("\\?.*", "");
        assertThat(page(nils + "/withdraw", admin).select("h1").text()).contains("Withdraw the invitation of");
        HttpResponse<String> done = post(admin, nils + "/withdraw", Map.of());
        assertThat(page(location(done), admin).select(".notice").text()).isEqualTo("The invitation is withdrawn.");
        assertThat(call("/join").cookie("j", secret).post(Map.of()).statusCode())
                .isEqualTo(410);
        assertThat(call(nils).as(admin).get().statusCode()).isEqualTo(404);
        assertThat(tablesWith(address)).isEmpty();
        // The place is free again.
        assertThat(post(admin, "/organization/members/new", Map.of("email", address, "how", "create"))
                        .statusCode())
                .isEqualTo(303);
    }

    private static String link(String mail) {
        return mail.lines()
                .map(String::strip)
                .filter(line -> line.contains("/join/"))
                .findFirst()
                .orElseThrow();
    }

    /** What the browser holds after the link; the page that follows has no secret in its address. */
    private String followed(String link) {
        HttpResponse<String> answer =
                call(link.substring(link.indexOf("/join/"))).get();
        assertThat(location(answer)).isEqualTo("/join");
        return cookieOf(answer, "j");
    }

    /** Every table of which a row holds the text, in whichever column. */
    private static List<String> tablesWith(String text) {
        List<String> found = new ArrayList<>();
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            Map<String, List<String>> columns = new LinkedHashMap<>();
            ResultSet all = statement.executeQuery("""
                    SELECT c.table_name, c.column_name FROM information_schema.columns c
                    JOIN information_schema.tables t USING (table_schema, table_name)
                    WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
                      AND c.data_type IN ('varchar', 'char', 'text', 'json', 'blob', 'varbinary', 'mediumtext', 'longtext')
                    """);
            while (all.next()) {
                columns.computeIfAbsent(all.getString(1), name -> new ArrayList<>())
                        .add(all.getString(2));
            }
            for (Map.Entry<String, List<String>> table : columns.entrySet()) {
                String condition = table.getValue().stream()
                        .map(column -> "CAST(`" + column + "` AS CHAR) LIKE '%" + text + "%'")
                        .reduce((one, other) -> one + " OR " + other)
                        .orElseThrow();
                ResultSet rows =
                        statement.executeQuery("SELECT COUNT(*) FROM `" + table.getKey() + "` WHERE " + condition);
                rows.next();
                if (rows.getLong(1) > 0) {
                    found.add(table.getKey());
                }
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static long rows(String query) {
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection database() throws SQLException {
        return DriverManager.getConnection(
                System.getProperty("ungrant.db.url"),
                System.getProperty("ungrant.db.user"),
                System.getProperty("ungrant.db.password"));
    }
}
