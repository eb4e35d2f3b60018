package dev.ungrant.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.stytch.java.b2b.StytchB2BClient;
import com.stytch.java.common.ErrorResponse;
import com.stytch.java.common.OptionalClientConfig;
import com.stytch.java.common.StytchException;
import com.stytch.java.common.StytchResult;
import com.stytch.java.common.methodoptions.Authorization;
import com.stytch.java.consumer.StytchClient;
import dev.ungrant.JarTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/**
 * The official client for Java, as Maven has it, against the running jar. It has habits that others have not: it fails on
 * answers without a field it knows, sends empty lists that nobody gave it, puts ids into paths as they are, and deletes with
 * the content type of a body that it does not send (contract §2.2).
 */
abstract class JavaClientTest extends JarTest {
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable client : open) {
            client.close();
        }
    }

    StytchB2BClient b2bClient(Backend backend) {
        return b2bClient(backend, backend.secret());
    }

    StytchB2BClient b2bClient(Backend backend, String secret) {
        StytchB2BClient client =
                new StytchB2BClient(backend.project().wireId(), secret, new OptionalClientConfig(baseUrl()));
        open.add(client);
        return client;
    }

    StytchClient consumerClient(Backend backend) {
        StytchClient client =
                new StytchClient(backend.project().wireId(), backend.secret(), new OptionalClientConfig(baseUrl()));
        open.add(client);
        return client;
    }

    /** Both forms of a session that begins now. */
    record SignedIn(String token, String jwt) {
        Authorization byToken() {
            return new Authorization(token, null);
        }

        Authorization byJwt() {
            return new Authorization(null, jwt);
        }

        Authorization byBoth() {
            return new Authorization(token, jwt);
        }
    }

    SignedIn signIn(Backend backend, Map<String, Object> person) {
        String token = begin(backend.project(), person).token().reveal();
        return new SignedIn(token, sessionJwt(backend, person, token));
    }

    static <T> T ok(CompletableFuture<StytchResult<T>> call) {
        return switch (call.join()) {
            case StytchResult.Success<T> success -> success.getValue();
            case StytchResult.Error error -> throw new AssertionError(said(error.getException()), error.getException());
            default -> throw new AssertionError("neither success nor error");
        };
    }

    /** The envelope as the client reads it; it fails to when a field is missing. */
    static ErrorResponse refused(CompletableFuture<? extends StytchResult<?>> call, int status, String type) {
        StytchResult<?> result = call.join();
        assertThat(result).as("%s", result).isInstanceOf(StytchResult.Error.class);
        StytchException exception = ((StytchResult.Error) result).getException();
        assertThat(exception).as("%s", said(exception)).isInstanceOf(StytchException.Response.class);
        ErrorResponse response = ((StytchException.Response) exception).getReason();
        assertThat(response.getErrorType()).as("%s", response).isEqualTo(type);
        assertThat(response.getStatusCode()).isEqualTo(status);
        assertThat(response.getRequestId()).startsWith("request-id-test-");
        assertThat(response.getErrorMessage()).isNotBlank();
        assertThat(response.getErrorUrl()).isNotBlank();
        return response;
    }

    private static String said(StytchException exception) {
        return exception instanceof StytchException.Critical critical
                ? critical.getReason() + " " + critical.getResponse()
                : String.valueOf(exception.getReason());
    }
}
