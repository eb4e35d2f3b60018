package dev.ungrant.embed;

import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Frame;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * In a frame the host's page could lay something over the button, or have a person click twice on what they take for one
 * thing. So there the yes to a question counts once, only together with what came with that question, and not within half a
 * second of it. Elsewhere nothing can lie over our pages, and none of this is asked for.
 */
@Singleton
public final class Confirmations {
    private final ConfirmationRepository repository;
    private final Transactions transactions;

    Confirmations(ConfirmationRepository repository, Transactions transactions) {
        this.repository = repository;
        this.transactions = transactions;
    }

    /** What the form of the question carries; null outside of frames. */
    @Nullable
    public String issue(HttpRequest<?> request, SessionCaller caller, UUID appId) {
        if (Frame.of(request).isEmpty()) {
            return null;
        }
        Secret confirmation =
                Secret.mint(SecretKind.CONFIRMATION, caller.subject().tenantId());
        transactions.write(
                () -> repository.insert(caller.subject().tenantId(), confirmation.hash(), caller.sessionId(), appId));
        return confirmation.reveal();
    }

    /** @throws Problem {@code confirmation_too_soon}, which leaves it good; {@code confirmation_over} */
    public void require(HttpRequest<?> request, SessionCaller caller, UUID appId, @Nullable String given) {
        if (Frame.of(request).isEmpty()) {
            return;
        }
        UUID tenantId = caller.subject().tenantId();
        Secret confirmation = Secret.parse(SecretKind.CONFIRMATION, given == null ? "" : given)
                .filter(secret -> secret.tenantId().equals(tenantId))
                .orElseThrow(() -> new Problem(ErrorType.CONFIRMATION_OVER));
        if (transactions.write(() -> repository.use(tenantId, confirmation.hash(), caller.sessionId(), appId)) == 0) {
            throw new Problem(
                    repository.isYoung(tenantId, confirmation.hash())
                            ? ErrorType.CONFIRMATION_TOO_SOON
                            : ErrorType.CONFIRMATION_OVER);
        }
    }
}
