package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Subject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing changes but by a form of ours (cases C01 to C03 and C23). */
class ForgeryTest extends PortalTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Subject subject;
    private String session;
    private String revoke;
    private UUID grant;

    @BeforeEach
    void connect() {
        subject = cast.subject(cast.member("Ben"));
        session = cast.signIn(subject);
        ConnectedApp app = cast.app("Calendar", ClientType.THIRD_PARTY, null, false);
        grant = cast.grant(subject, app, "openid", 1, 1, 0, true);
        revoke = "/apps/" + app.wireId() + "/revoke";
    }

    @AfterEach
    void nothingChanged() {
        assertThat(page("/", session).select("tbody .app-name").eachText()).containsExactly("Calendar");
    }

    private void refused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("Please try that again", "request-id-test-");
    }

    @Test
    void crossSiteFormIsRefused() {
        String body = "form_token=" + formToken(session);
        for (String site : List.of("cross-site", "same-site", "none")) {
            refused(call(revoke).as(session).header("Sec-Fetch-Site", site).send("POST", FORM, body));
        }
        refused(call(revoke)
                .as(session)
                .header("Origin", "https://evil.example")
                .send("POST", FORM, body));
        refused(call(revoke).as(session).header("Origin", "null").send("POST", FORM, body));
        refused(call(revoke).as(session).send("POST", FORM, body));
    }

    @Test
    void formWithoutOrWithAnotherSessionsTokenIsRefused() {
        String other = formToken(cast.signIn(cast.subject(cast.member("Cleo"))));
        for (String body : List.of("", "form_token=", "form_token=00", "form_token=" + other, "x=form_token")) {
            refused(call(revoke)
                    .as(session)
                    .header("Sec-Fetch-Site", "same-origin")
                    .send("POST", FORM, body));
        }
    }

    @Test
    void formsAboutSeveralAppsAndConnectionsAreGuardedToo() {
        String app = revoke.substring("/apps/".length(), revoke.length() - "/revoke".length());
        String connection = cast.connection(subject, grant, "calendar.example", "", "", 1, 1);
        String body = "form_token=" + formToken(session) + "&app=" + app;
        for (String path :
                List.of("/apps/selected", "/apps/revoke", "/apps/" + app + "/connections/" + connection + "/end")) {
            refused(call(path)
                    .as(session)
                    .header("Sec-Fetch-Site", "cross-site")
                    .send("POST", FORM, body));
            refused(call(path)
                    .as(session)
                    .header("Sec-Fetch-Site", "same-origin")
                    .send("POST", FORM, "app=" + app));
        }
        assertThat(page("/apps/" + app, session).getElementById(connection)).isNotNull();
    }

    @Test
    void otherContentTypesAreRefused() {
        String token = formToken(session);
        for (String type : new String[] {"text/plain", "application/json", "multipart/form-data; boundary=x", null}) {
            for (String site : List.of("same-origin", "cross-site")) {
                assertThat(call(revoke)
                                .as(session)
                                .header("Sec-Fetch-Site", site)
                                .send("POST", type, "form_token=" + token)
                                .statusCode())
                        .as(type + " " + site)
                        .isIn(403, 415);
            }
        }
        assertThat(call(revoke)
                        .as(session)
                        .header("Sec-Fetch-Site", "same-origin")
                        .header("X-Form-Token", token)
                        .send("POST", "text/plain", "")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void readingMethodsAndOverridesChangeNothing() {
        String token = formToken(session);
        call(revoke + "?_method=POST&form_token=" + token)
                .as(session)
                .header("X-HTTP-Method-Override", "POST")
                .get();
        call(revoke).as(session).header("X-HTTP-Method-Override", "POST").send("HEAD", null, "");
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            assertThat(call(revoke)
                            .as(session)
                            .header("Sec-Fetch-Site", "same-origin")
                            .send(method, FORM, "form_token=" + token)
                            .statusCode())
                    .isIn(403, 405);
        }
        assertThat(call("/sign-out").as(session).get().statusCode()).isEqualTo(405);
    }

    @Test
    void tokensDifferFromPageToPageAndAllCount() {
        String first = formToken(session);
        String second = formToken(session);
        assertThat(first).isNotEqualTo(second);
        // Of an app that is not connected, so that nothing changes.
        ConnectedApp none = cast.app("None", ClientType.THIRD_PARTY, null, false);
        for (String token : List.of(first, second, first)) {
            HttpResponse<String> done =
                    call("/apps/" + none.wireId() + "/revoke").as(session).post(Map.of("form_token", token));
            assertThat(done.statusCode()).isEqualTo(303);
        }
    }

    @Test
    void thirtyRevokesAMinuteAreEnough() {
        ConnectedApp none = cast.app("None", ClientType.THIRD_PARTY, null, false);
        String token = formToken(session);
        HttpResponse<String> last = null;
        for (int i = 0; i < 35 && (last == null || last.statusCode() == 303); i++) {
            last = call("/apps/" + none.wireId() + "/revoke").as(session).post(Map.of("form_token", token));
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("retry-after")).isPresent();
        assertThat(last.body()).contains("A little slower, please");
    }
}
