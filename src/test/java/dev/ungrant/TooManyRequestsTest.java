package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a caller is told who asks too often (contract §11). */
@Property(name = "ungrant.limit.api-per-second", value = "2")
@Property(name = "ungrant.limit.client-per-second", value = "2")
@Property(name = "ungrant.limit.authorize-per-minute", value = "7")
class TooManyRequestsTest extends OAuthTest {
    private static final int MORE_THAN_THE_BURST = 12;

    @Test
    void backendIsToldWhenToComeAgain() {
        Backend backend = b2b();
        Answer refused = firstRefusal(() -> backend.get("/v1/debug/whoami"));
        refused.refused(429, "too_many_requests");
        saysWhen(refused);
        b2b().get("/v1/debug/whoami").ok();
    }

    @Test
    void clientIsToldWhenToComeAgain() {
        Client client = app(b2b(), "third_party");
        Answer refused = firstRefusal(() -> askAbout(client));
        refusedAs(refused, 429, "temporarily_unavailable");
        assertThat(refused.body()).containsEntry("error_type", "too_many_requests");
        saysWhen(refused);
        askAbout(app(b2b(), "third_party")).ok();
    }

    @Test
    void browserOfNobodyIsToldOnAPageWhenToComeAgain() {
        HttpResponse<String> response = authorize();
        for (int i = 0; i < MORE_THAN_THE_BURST && response.statusCode() != 429; i++) {
            response = authorize();
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Retry-After").orElseThrow()).matches("[1-9][0-9]?");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    }

    private HttpResponse<String> authorize() {
        return sendRaw(HttpRequest.newBuilder(uri("/oauth2/authorize?client_id=nonsense")));
    }

    private Answer askAbout(Client client) {
        Map<String, String> form = client.credentials();
        form.put("token", "nonsense");
        return form("/v1/oauth2/introspect", form);
    }

    private static Answer firstRefusal(Supplier<Answer> call) {
        for (int i = 0; i < MORE_THAN_THE_BURST; i++) {
            Answer answer = call.get();
            if (answer.status() != 200) {
                return answer;
            }
        }
        throw new AssertionError("never refused");
    }

    private static void saysWhen(Answer refused) {
        assertThat(refused.response().headers().firstValue("Retry-After"))
                .hasValueSatisfying(
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
    }
}
