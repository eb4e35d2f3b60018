package dev.ungrant.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import io.micronaut.context.annotation.Property;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** L01 and D07. The number is another one than elsewhere, so that this bucket is nobody else's. */
@Property(name = "ungrant.limit.registrations-per-hour", value = "3")
final class RegistrationLimitTest extends OAuthTest {
    @Test
    void oneAddressRegistersAFewTimesAnHour() {
        String path = "/v1/public/" + b2b().project().wireId() + "/oauth2/register";
        Answer last = null;
        for (int i = 0; i < 4; i++) {
            last = send(HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json.write(Map.of("redirect_uris", List.of(REDIRECT))))));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.text("error")).isEqualTo("temporarily_unavailable");
        assertThat(last.response()
                        .headers()
                        .firstValue("Retry-After")
                        .map(Long::parseLong)
                        .orElseThrow())
                .isBetween(1L, 3600L);
    }
}
