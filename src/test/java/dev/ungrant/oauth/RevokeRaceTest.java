package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import io.micronaut.context.annotation.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever runs beside a revoke, nothing of the grant survives it; and no race ends in a 500. */
@Property(name = "ungrant.limit.api-per-second", value = "1000000")
@Property(name = "ungrant.limit.client-per-second", value = "1000000")
final class RevokeRaceTest extends OAuthTest {
    /** More when asked for: {@code -Drace.rounds=1000}. */
    private static final int ROUNDS = Integer.getInteger("race.rounds", 60);

    private static final int AT_ONCE = 8;

    private Backend backend;
    private Map<String, Object> ben;

    @BeforeEach
    void cast() {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
    }

    /** R06 */
    @Test
    void refreshesUnderWayWhenARevokeComesLeaveNothing() throws Exception {
        Client client = app(backend, "third_party");
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Connection connection = connect(backend, ben, client, "offline_access");
            List<Callable<Answer>> work = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                work.add(() -> refresh(connection));
            }
            work.add(AT_ONCE / 2, () -> backend.post(revokeOf(ben, client), null));
            List<Answer> answers = together(work);
            answers.remove(AT_ONCE / 2).ok();
            for (Answer answer : answers) {
                if (answer.status() == 200) {
                    assertThat(isActive(client, answer.text("access_token"))).isFalse();
                } else {
                    refusedAs(answer, 400, "invalid_grant");
                    refused++;
                }
            }
            assertThat(isActive(client, connection.accessToken())).isFalse();
            refusedAs(refresh(connection), 400, "invalid_grant");
        }
        assertThat(refused).as("some refreshes must really have come too late").isPositive();
    }

    /** R07 */
    @Test
    void refreshesOfOneTokenAtOnceGiveOneSuccessor() throws Exception {
        Client client = app(backend, "third_party_public");
        for (int round = 0; round < ROUNDS; round++) {
            Connection connection = connect(backend, ben, client, "offline_access");
            List<Callable<Answer>> work = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                work.add(() -> refresh(connection));
            }
            List<Answer> answers = together(work);
            List<String> successors = new ArrayList<>();
            for (Answer answer : answers) {
                if (answer.status() == 200) {
                    successors.add(answer.text("refresh_token"));
                } else {
                    refusedAs(answer, 400, "invalid_grant");
                }
            }
            assertThat(successors).isNotEmpty();
            assertThat(successors.stream().distinct()).hasSize(1);
        }
    }

    /** A code redeemed while access is taken back gives nothing that lives. */
    @Test
    void codeRedeemedWhileARevokeComesLeavesNothing() throws Exception {
        Client client = app(backend, "third_party");
        for (int round = 0; round < ROUNDS; round++) {
            Pending pending = consent(backend, ben, client, "offline_access");
            List<Answer> answers =
                    together(List.of(() -> tryRedeem(pending), () -> backend.post(revokeOf(ben, client), null)));
            answers.get(1).ok();
            if (answers.get(0).status() == 200) {
                assertThat(isActive(client, answers.get(0).text("access_token")))
                        .isFalse();
                refusedAs(refresh(client, answers.get(0).text("refresh_token")), 400, "invalid_grant");
            } else {
                refusedAs(answers.get(0), 400, "invalid_grant");
            }
        }
    }

    /** Two first consents at once open one grant, and both codes work. */
    @Test
    void consentsAtOnceOpenOneGrant() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            Client client = app(backend, "third_party");
            List<Callable<Connection>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                work.add(() -> connect(backend, ben, client, "email"));
            }
            for (Connection connection : together(work)) {
                assertThat(isActive(client, connection.accessToken())).isTrue();
            }
            assertThat(backend.get(appsOf(ben)).ok().objects("connected_apps").stream()
                            .filter(app -> app.get("connected_app_id").equals(client.id())))
                    .hasSize(1);
        }
    }

    private static <T> List<T> together(List<Callable<T>> work) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(work)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
