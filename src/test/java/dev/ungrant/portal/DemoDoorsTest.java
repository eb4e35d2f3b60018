package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.members.Member;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpResponse;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** The demo lets everybody in, and nothing else does. */
@MicronautTest(environments = "demo", transactional = false)
class DemoDoorsTest extends PortalTest {
    @Test
    void linkSignsInAsOftenAsItIsFollowed() {
        Member ben = cast.member("Ben");
        String link = "/demo/sign-in/"
                + ben.emailAddress().substring(0, ben.emailAddress().indexOf('@'));
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> entered =
                    call(link).header("Sec-Fetch-Site", "none").get();
            assertThat(entered.statusCode()).isEqualTo(303);
            assertThat(location(entered)).isEqualTo("/");
            assertThat(page("/", cookieOf(entered, "s")).text()).contains("Demo data – do not use in production");
        }
        assertThat(call(link).header("Sec-Fetch-Site", "cross-site").get().statusCode())
                .isEqualTo(403);
        assertThat(call(link).header("Sec-Fetch-Site", "same-site").get().statusCode())
                .isEqualTo(403);
        assertThat(call("/demo/sign-in/%25").get().statusCode()).isEqualTo(404);
        assertThat(call("/demo/sign-in/nobody").get().statusCode()).isEqualTo(404);
    }

    @Test
    void everyPageSaysThatThisIsADemo() {
        for (String path : new String[] {"/sign-in", "/nothing"}) {
            assertThat(Jsoup.parse(call(path).get().body())
                            .select(".demo-banner")
                            .text())
                    .contains("do not use in production");
        }
    }
}
