package dev.ungrant.oauth;

import dev.ungrant.database.Transactions;
import dev.ungrant.secrets.Hash;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Remembers what must count once, at whichever node it is shown: assertions of clients and proofs of possession. */
@Singleton
final class SingleUse {
    private final SingleUseRepository repository;
    private final Transactions transactions;

    SingleUse(SingleUseRepository repository, Transactions transactions) {
        this.repository = repository;
        this.transactions = transactions;
    }

    /**
     * @param id what it is, who made it and what it is called, together unique
     * @param seconds until its age alone has it refused
     * @return false when it was used before
     */
    boolean use(UUID projectId, String id, long seconds) {
        try {
            transactions.write(() -> repository.insert(projectId, Hash.sha256(id), seconds));
            return true;
        } catch (RuntimeException e) {
            if (Transactions.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }
}
