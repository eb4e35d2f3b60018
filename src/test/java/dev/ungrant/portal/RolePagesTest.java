package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Roles of an organization's own, on their pages: nobody becomes more than they are by writing one. */
class RolePagesTest extends PortalTest {
    private static final String PATH = "/organization/settings/roles";
    private String ada;

    @BeforeEach
    void admin() {
        ada = cast.signIn(cast.subject(cast.admin("Ada")));
    }

    private HttpResponse<String> save(String session, String was, String shown, String name, String... permissions) {
        StringBuilder body = new StringBuilder(PortalTest.encoded(Map.of(
                "form_token",
                formToken(session),
                "was",
                was,
                "shown",
                shown,
                "name",
                name,
                "description",
                "Looks on")));
        for (String permission : permissions) {
            body.append("&permission=").append(permission.replace(" ", "%20"));
        }
        return call(PATH)
                .as(session)
                .header("Sec-Fetch-Site", "same-origin")
                .send("POST", "application/x-www-form-urlencoded", body.toString());
    }

    private String shown(String session, String role) {
        return page(PATH + "/edit?role=" + role, session)
                .selectFirst("input[name=shown]")
                .val();
    }

    @Test
    void adminMakesChangesAndDeletesARole() {
        assertThat(save(
                                ada,
                                "",
                                "",
                                "Auditor",
                                "stytch.organization get.connected-apps",
                                "ungrant.activity get",
                                "stytch.member search")
                        .statusCode())
                .isEqualTo(303);
        assertThat(cast.now().customRoles())
                .containsExactly(new Role(
                        "Auditor",
                        "Looks on",
                        List.of(
                                new Role.ResourceActions("stytch.member", List.of("search")),
                                new Role.ResourceActions("stytch.organization", List.of("get.connected-apps")),
                                new Role.ResourceActions("ungrant.activity", List.of("get")))));
        String aud = cast.signIn(cast.subject(cast.memberWith("Aud", "Auditor")));
        Document list = page(PATH, ada);
        assertThat(list.select("section[aria-labelledby=own-roles] li").text())
                .contains("Auditor", "1 member", "Looks on", "See and search the members");
        assertThat(list.select("section[aria-labelledby=built-in-roles]").text())
                .contains("Admin", "Every member", "Everything in the organization")
                .doesNotContain("stytch_");
        assertThat(page("/", aud).select(".tabs").text()).contains("Organization");

        Document edit = page(PATH + "/edit?role=Auditor", ada);
        assertThat(edit.select("input[name=permission][checked]")).hasSize(3);
        assertThat(edit.select("#name[readonly]")).hasSize(1);
        assertThat(save(ada, "Auditor", shown(ada, "Auditor"), "Other name", "ungrant.activity get")
                        .statusCode())
                .isEqualTo(303);
        assertThat(cast.now().customRoles().getFirst().permissions()).hasSize(1);
        assertThat(cast.now().customRoles().getFirst().roleId()).isEqualTo("Auditor");

        assertThat(page(PATH + "/delete?role=Auditor", ada).select(".points").text())
                .contains("1 member loses it");
        assertThat(call(PATH + "/delete")
                        .as(ada)
                        .post(Map.of("form_token", formToken(ada), "role", "Auditor"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("/", aud).select(".tabs").text()).doesNotContain("Organization");

        // A later role of the same name does not come to who had the first.
        save(ada, "", "", "Auditor", "ungrant.activity get");
        assertThat(page("/", aud).select(".tabs").text()).doesNotContain("Organization");
    }

    @Test
    void editorOfRolesGivesOnlyWhatTheyHold() {
        cast.role(
                "editor",
                "stytch.custom-org-roles get",
                "stytch.custom-org-roles create",
                "stytch.custom-org-roles update",
                "stytch.member search");
        cast.role("strong", "stytch.member update.settings.roles");
        String eve = cast.signIn(cast.subject(cast.memberWith("Eve", "editor")));
        Document form = page(PATH + "/edit", eve);
        assertThat(form.select("input[name=permission]").eachAttr("value"))
                .containsExactlyInAnyOrder(
                        "stytch.member search",
                        "stytch.custom-org-roles create",
                        "stytch.custom-org-roles get",
                        "stytch.custom-org-roles update");
        assertThat(save(eve, "", "", "mine", "stytch.member search").statusCode())
                .isEqualTo(303);
        for (String more : List.of(
                "stytch.member update.settings.roles",
                "stytch.member *",
                "stytch.custom-org-roles *",
                "stytch.sso create")) {
            assertThat(save(eve, "", "", "more", more).statusCode()).as(more).isEqualTo(403);
            assertThat(save(eve, "editor", shown(eve, "editor"), "editor", "stytch.member search", more)
                            .statusCode())
                    .as("into their own role: " + more)
                    .isEqualTo(403);
        }
        // What was there before may stay, and may be taken out.
        assertThat(save(
                                eve,
                                "strong",
                                shown(eve, "strong"),
                                "strong",
                                "stytch.member update.settings.roles",
                                "stytch.member search")
                        .statusCode())
                .isEqualTo(303);
        assertThat(call(PATH + "/delete?role=mine").as(eve).get().statusCode()).isEqualTo(403);
        assertThat(call(PATH + "/delete")
                        .as(eve)
                        .post(Map.of("form_token", formToken(eve), "role", "mine"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(cast.now().customRoles()).extracting(Role::roleId).containsExactly("editor", "strong", "mine");
    }

    @Test
    void roleThatSomebodyChangedMeanwhileIsNotOverwritten() {
        cast.role("helper", "stytch.member search");
        String shown = shown(ada, "helper");
        String bea = cast.signIn(cast.subject(cast.admin("Bea Quick")));
        save(bea, "helper", shown(bea, "helper"), "helper", "stytch.member search", "stytch.member create");
        HttpResponse<String> refused = save(ada, "helper", shown, "helper", "ungrant.activity get");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(Jsoup.parse(refused.body()).select(".notice").text()).contains("Bea Quick changed this");
        assertThat(cast.now().customRoles().getFirst().permissions().getFirst().actions())
                .containsExactlyInAnyOrder("search", "create");
    }

    @Test
    void formsWithMistakesSayWhatIsWrong() {
        cast.role("helper", "stytch.member search");
        for (String name : List.of("", "stytch_admin", "STYTCH_x", " .x", "a\u202Eb", "x".repeat(65), "a/b")) {
            HttpResponse<String> refused = save(ada, "", "", name, "stytch.member search");
            assertThat(refused.statusCode()).as(name).isEqualTo(422);
            assertThat(Jsoup.parse(refused.body()).select("#name-wrong").text()).isNotBlank();
        }
        assertThat(Jsoup.parse(save(ada, "", "", "helper", "stytch.member search")
                                .body())
                        .select("#name-wrong")
                        .text())
                .contains("of that name already");
        assertThat(save(ada, "", "", "empty").body()).contains("Tick at least one");
        assertThat(save(ada, "", "", "odd", "documents read").body()).contains("Tick at least one");
        assertThat(cast.now().customRoles()).hasSize(1);
    }

    @Test
    void manyWritersAtOnceLoseNothing() throws Exception {
        String token = formToken(ada);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String name = "role " + i;
                answers.add(writers.submit(() -> {
                    start.await();
                    return call(PATH)
                            .as(ada)
                            .post(Map.of("form_token", token, "name", name, "permission", "stytch.member search"))
                            .statusCode();
                }));
            }
            start.countDown();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(303);
            }
        }
        assertThat(cast.now().customRoles()).hasSize(8);
    }

    @Test
    void whoMayNotSeesNothing() {
        cast.role("reader", "stytch.custom-org-roles get");
        String reader = cast.signIn(cast.subject(cast.memberWith("Rea", "reader")));
        Document list = page(PATH, reader);
        assertThat(list.select(".row-acts, #role-new")).isEmpty();
        assertThat(location(call("/organization/settings").as(reader).get())).isEqualTo(PATH);
        for (String path : List.of(PATH + "/edit", PATH + "/edit?role=reader", PATH + "/delete?role=reader")) {
            assertThat(call(path).as(reader).get().statusCode()).as(path).isEqualTo(403);
        }
        assertThat(save(reader, "", "", "x", "stytch.custom-org-roles get").statusCode())
                .isEqualTo(403);
        String ben = cast.signIn(cast.subject(cast.member("Ben")));
        assertThat(call(PATH).as(ben).get().statusCode()).isEqualTo(403);
        assertThat(call(PATH + "/edit?role=nobody").as(ada).get().statusCode()).isEqualTo(404);
        PortalCast other = new PortalCast(context);
        other.role("theirs", "stytch.member search");
        assertThat(call(PATH + "/edit?role=theirs").as(ada).get().statusCode()).isEqualTo(404);
    }

    @Test
    void everyBuiltInPermissionHasASentence() {
        Document form = page(PATH + "/edit", ada);
        assertThat(form.select("fieldset.ticks code")).isEmpty();
        for (Policy.Resource resource : Policy.MEMBERS.resources()) {
            if (!resource.resourceId().equals("stytch.self")
                    && !resource.resourceId().equals("stytch.scim")) {
                for (String action : resource.actions()) {
                    assertThat(form.select("input[value=" + resource.resourceId() + " " + action + "]")
                                    .next()
                                    .text())
                            .as(resource.resourceId() + " " + action)
                            .isNotBlank();
                }
            }
        }
    }
}
