package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.TestSession;
import dev.ungrant.members.Member;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class SignInTest extends PortalTest {
    private HttpResponse<String> ask(String email) {
        return call("/sign-in").post(Map.of("email", email));
    }

    private HttpResponse<String> enter(String attempt, String code) {
        return call("/sign-in/code").cookie("i", attempt).post(Map.of("code", code));
    }

    private static String codeIn(String subject) {
        return subject.replaceAll("[^0-9]", "");
    }

    @Test
    void personSignsInWithTheCodeFromTheMail() {
        Member ben = cast.member("Ben Okafor");
        HttpResponse<String> asked = ask("  " + ben.emailAddress().toUpperCase(java.util.Locale.ROOT) + " ");
        assertThat(asked.statusCode()).isEqualTo(303);
        assertThat(location(asked)).isEqualTo("/sign-in/code");
        assertThat(asked.headers().firstValue("set-cookie").orElseThrow())
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Strict", "Max-Age=600");
        String attempt = cookieOf(asked, "i");
        var mail = mailTo(ben.emailAddress(), 1);
        assertThat(mail.subject()).matches("[0-9]{6} is your sign-in code");
        assertThat(mail.text()).contains("Hello Ben Okafor", codeIn(mail.subject()), "ten minutes", "This wasn’t you?");
        assertThat(mail.html())
                .contains("<strong>" + codeIn(mail.subject()) + "</strong>")
                .doesNotContain("style=");

        HttpResponse<String> entered = enter(attempt, codeIn(mail.subject()).replaceFirst("(...)", "$1 "));
        assertThat(entered.statusCode()).isEqualTo(303);
        assertThat(location(entered)).isEqualTo("/");
        assertThat(entered.headers().allValues("set-cookie").toString())
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Lax");
        String session = cookieOf(entered, "s");
        Document page = page("/", session);
        assertThat(page.select(".account").text()).contains("Ben Okafor", ben.emailAddress(), "Acme", "Sign out");

        assertThat(location(enter(attempt, codeIn(mail.subject()))))
                .as("a code counts once")
                .isEqualTo("/sign-in");
    }

    @Test
    void unknownAddressGetsTheSameAnswerAndNoMail() {
        Member known = cast.member("Known");
        String unknown = "nobody-" + UUID.randomUUID() + "@acme.example";
        HttpResponse<String> one = ask(known.emailAddress());
        HttpResponse<String> other = ask(unknown);
        assertThat(other.statusCode()).isEqualTo(one.statusCode());
        assertThat(location(other)).isEqualTo(location(one));
        assertThat(cookieOf(other, "i")).hasSameSizeAs(cookieOf(one, "i"));
        Document known2 = Jsoup.parse(
                call("/sign-in/code").cookie("i", cookieOf(one, "i")).get().body());
        Document unknown2 = Jsoup.parse(
                call("/sign-in/code").cookie("i", cookieOf(other, "i")).get().body());
        assertThat(unknown2.select("main").text().replace(unknown, "@"))
                .isEqualTo(known2.select("main").text().replace(known.emailAddress(), "@"));
        assertThat(enter(cookieOf(other, "i"), "000000").body()).contains("You have 4 tries left");
        mailTo(known.emailAddress(), 1);
        assertThat(TestSession.mailbox().mailsTo(unknown)).isEmpty();
    }

    @Test
    void fiveWrongCodesEndTheAttempt() {
        Member ben = cast.member("Ben");
        String attempt = cookieOf(ask(ben.emailAddress()), "i");
        String code = codeIn(mailTo(ben.emailAddress(), 1).subject());
        String wrong = code.equals("123456") ? "654321" : "123456";
        for (int left = 4; left > 0; left--) {
            HttpResponse<String> tried = enter(attempt, wrong);
            assertThat(tried.statusCode()).isEqualTo(422);
            assertThat(tried.body()).contains(left == 1 ? "1 try left" : left + " tries left");
        }
        assertThat(enter(attempt, wrong).body()).contains("Ask for a new one");
        assertThat(enter(attempt, code).statusCode())
                .as("the right one is too late")
                .isEqualTo(422);
    }

    @Test
    void codeIsWorthNothingInAnotherBrowser() {
        Member ben = cast.member("Ben");
        ask(ben.emailAddress());
        String code = codeIn(mailTo(ben.emailAddress(), 1).subject());
        String otherAttempt = cookieOf(ask(ben.emailAddress()), "i");
        mailTo(ben.emailAddress(), 2);
        assertThat(enter(otherAttempt, code).statusCode()).isEqualTo(422);
        assertThat(location(call("/sign-in/code").post(Map.of("code", code)))).isEqualTo("/sign-in");
        assertThat(location(enter("cpsi_nonsense", code))).isEqualTo("/sign-in");
    }

    @Test
    void signInChangesTheSessionAndEndsTheOldOne() {
        Member ben = cast.member("Ben");
        String old = cast.signIn(cast.subject(ben));
        HttpResponse<String> asked = ask(ben.emailAddress());
        HttpResponse<String> entered = call("/sign-in/code")
                .cookie("i", cookieOf(asked, "i"))
                .as(old)
                .post(Map.of("code", codeIn(mailTo(ben.emailAddress(), 1).subject())));
        String fresh = cookieOf(entered, "s");
        assertThat(fresh).isNotEqualTo(old);
        assertThat(call("/").as(old).get().statusCode()).isEqualTo(303);
        page("/", fresh);
        assertThat(call("/").as("cpss_chosen-by-an-attacker").get().statusCode())
                .isEqualTo(303);
    }

    @Test
    void crossSiteSignInIsRefused() {
        HttpResponse<String> forged = call("/sign-in")
                .header("Sec-Fetch-Site", "cross-site")
                .send("POST", "application/x-www-form-urlencoded", "email=a%40b.example");
        assertThat(forged.statusCode()).isEqualTo(403);
    }

    @Test
    void returnAddressIsAlwaysOneOfOurPages() {
        Member ben = cast.member("Ben");
        assertThat(location(call("/sessions").get())).isEqualTo("/sign-in?return_to=/sessions");
        assertThat(location(call("/?q=x").get())).isEqualTo("/sign-in");
        int mails = 0;
        Map<String, String> targets = new HashMap<>(Map.of("/sessions", "/sessions"));
        for (String evil : List.of("https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out\r\nX: y")) {
            targets.put(evil, "/");
        }
        for (var target : targets.entrySet()) {
            Document form = Jsoup.parse(call("/sign-in?" + encoded(Map.of("return_to", target.getKey())))
                    .get()
                    .body());
            assertThat(form.selectFirst("input[name=return_to]").val()).isEqualTo(target.getValue());
        }
        HttpResponse<String> asked =
                call("/sign-in").post(Map.of("email", ben.emailAddress(), "return_to", "https://evil.example/"));
        assertThat(location(asked)).isEqualTo("/sign-in/code");
        String code = codeIn(mailTo(ben.emailAddress(), ++mails).subject());
        HttpResponse<String> entered = call("/sign-in/code")
                .cookie("i", cookieOf(asked, "i"))
                .post(Map.of("code", code, "return_to", "//evil.example"));
        assertThat(location(entered)).isEqualTo("/");
    }

    @Test
    void addressOfSeveralPlacesIsAskedWhichOne() {
        Member here = cast.member("Ben");
        PortalCast other = new PortalCast(context);
        Member there = other.memberAt("Ben There", here.emailAddress());
        HttpResponse<String> asked = ask(here.emailAddress());
        String attempt = cookieOf(asked, "i");
        HttpResponse<String> entered =
                enter(attempt, codeIn(mailTo(here.emailAddress(), 1).subject()));
        assertThat(location(entered)).isEqualTo("/sign-in/choose");
        Document choices =
                Jsoup.parse(call("/sign-in/choose").cookie("i", attempt).get().body());
        assertThat(choices.select("button[name=person]")).hasSize(2);
        String stranger = "member-test-" + cast.member("Stranger").memberId();
        assertThat(location(call("/sign-in/choose").cookie("i", attempt).post(Map.of("person", stranger))))
                .isEqualTo("/sign-in");
        HttpResponse<String> chosen =
                call("/sign-in/choose").cookie("i", attempt).post(Map.of("person", "member-test-" + there.memberId()));
        assertThat(page("/", cookieOf(chosen, "s")).select(".account").text()).contains("Ben There");
        assertThat(location(call("/sign-in/choose")
                        .cookie("i", attempt)
                        .post(Map.of("person", "member-test-" + there.memberId()))))
                .isEqualTo("/sign-in");
    }

    @Test
    void wrongAddressIsSaidAtTheField() {
        for (String address : List.of("", "ben", "a b@c.example", "<script>@x y")) {
            HttpResponse<String> answer = ask(address);
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(Jsoup.parse(answer.body()).select("#email[aria-invalid=true][aria-describedby=email-wrong]"))
                    .hasSize(1);
        }
    }

    @Test
    void sixthCodeWithinAMinuteIsTooMany() {
        String address = "many-" + UUID.randomUUID() + "@acme.example";
        for (int i = 0; i < 5; i++) {
            ask(address);
        }
        assertThat(ask(address).statusCode()).isEqualTo(429);
    }

    @Test
    void signOutEndsTheSession() {
        String session = cast.signIn(cast.subject(cast.member("Ben")));
        HttpResponse<String> out = call("/sign-out").as(session).post(Map.of("form_token", formToken(session)));
        assertThat(location(out)).isEqualTo("/sign-in");
        assertThat(out.headers().allValues("set-cookie").toString()).contains("Max-Age=0");
        assertThat(location(call("/").as(session).get())).isEqualTo("/sign-in");
        assertThat(call("/")
                        .as(session)
                        .header("HX-Request", "true")
                        .get()
                        .headers()
                        .firstValue("hx-redirect"))
                .hasValue("/sign-in");
    }

    @Test
    void personEndsOwnSessionsAndNobodyElses() {
        var ben = cast.subject(cast.member("Ben"));
        String here = cast.signIn(ben);
        String there = cast.signIn(ben);
        Document list = page("/sessions", here);
        assertThat(list.select(".rows > li")).hasSize(2);
        assertThat(list.select(".rows > li").getFirst().text()).contains("Chrome on Linux", "This device", "127.0.0.1");
        String action = list.select(".rows form").get(1).attr("action");

        String stranger = cast.signIn(cast.subject(cast.member("Cleo")));
        call(action).as(stranger).post(Map.of("form_token", formToken(stranger)));
        page("/", there);

        assertThat(location(call(action).as(here).post(Map.of("form_token", formToken(here)))))
                .isEqualTo("/sessions");
        assertThat(call("/").as(there).get().statusCode()).isEqualTo(303);
        page("/", here);
    }
}
