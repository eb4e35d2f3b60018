package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.members.Member;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** In which language and time zone people read, on pages and in mails. */
final class PreferencesTest extends PortalTest {
    private HttpResponse<String> choose(String session, String language, String zone) {
        return call("/preferences")
                .as(session)
                .post(Map.of("form_token", formToken(session), "language", language, "zone", zone));
    }

    @Test
    void pagesFollowTheBrowserUntilSomebodyChooses() {
        String session = cast.signIn(cast.subject(cast.member("Ben")));

        assertThat(read(call("/preferences").as(session).header("Accept-Language", "fr, de;q=0.8"))
                        .selectFirst("html")
                        .attr("lang"))
                .isEqualTo("de");
        assertThat(read(call("/preferences").as(session).header("Accept-Language", "tlh"))
                        .selectFirst("html")
                        .attr("lang"))
                .isEqualTo("en");

        HttpResponse<String> saved = choose(session, "ar", "Asia/Kolkata");
        assertThat(saved.statusCode()).isEqualTo(303);
        Document page = read(call("/preferences")
                .as(session)
                .cookie("reading", cookieOf(saved, "reading"))
                .cookie("zone", "Europe/Berlin")
                .header("Accept-Language", "de"));
        assertThat(page.selectFirst("html").attr("lang")).isEqualTo("ar");
        assertThat(page.selectFirst("html").attr("dir")).isEqualTo("rtl");
        assertThat(page.select("option[selected]").eachAttr("value")).containsExactly("ar", "Asia/Kolkata");
    }

    @Test
    void timesAreThoseOfTheDeviceOrOfTheChosenZone() {
        String session = cast.signIn(cast.subject(cast.member("Ben")));

        assertThat(now(call("/preferences").as(session))).endsWith("UTC.");
        assertThat(now(call("/preferences").as(session).cookie("zone", "America/Phoenix")))
                .endsWith("GMT-07:00.");
        assertThat(now(call("/preferences")
                        .as(session)
                        .cookie("zone", "America/Phoenix")
                        .cookie("reading", "/Asia/Tokyo")))
                .endsWith("JST.");
    }

    @Test
    void whatIsNoLanguageOrZoneOfOursChangesNothing() {
        String session = cast.signIn(cast.subject(cast.member("Ben")));

        for (String hostile : new String[] {"../x", "SystemV/EST5", "Europe/Berlin;x=1", "<b>", "x".repeat(5000)}) {
            assertThat(cookieOf(choose(session, hostile, hostile), "reading")).isEqualTo("/");
        }
        for (String hostile : new String[] {"xx/Europe/Nowhere", "de", "/", "de/../../etc/passwd", "\"de\"/x"}) {
            assertThat(now(call("/preferences")
                            .as(session)
                            .cookie("reading", hostile)
                            .cookie("zone", hostile)))
                    .endsWith("UTC.");
        }
    }

    @Test
    void mailsAndNewBrowsersFollowTheChoice() {
        Member ben = cast.member("Ben");
        choose(cast.signIn(cast.subject(ben)), "", "Asia/Tokyo");
        HttpResponse<String> asked = call("/sign-in").post(Map.of("email", ben.emailAddress()));
        String code = mailTo(ben.emailAddress(), 1).subject().substring(0, 6);
        HttpResponse<String> entered =
                call("/sign-in/code").cookie("i", cookieOf(asked, "i")).post(Map.of("code", code));
        assertThat(cookieOf(entered, "reading")).isEqualTo("/Asia/Tokyo");

        ConnectedApp app = cast.app("Notes", ClientType.THIRD_PARTY, "https://notes.example", true);
        cast.grant(cast.subject(ben), app, "openid", 3, 1, 0, false);
        PortalDoor.revoke(server.getPort(), cookieOf(entered, "s"), app.wireId(), false);
        assertThat(mailTo(ben.emailAddress(), 2).text()).contains(" JST");
    }

    private static Document read(Call call) {
        HttpResponse<String> response = call.get();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Jsoup.parse(response.body());
    }

    private static String now(Call call) {
        return read(call).getElementById("zone-now").text();
    }
}
