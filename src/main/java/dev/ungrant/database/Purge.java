package dev.ungrant.database;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes rows that have said their last word, in batches small enough for any cluster. Nothing depends on it: what has
 * expired is dead whether its row is there or not. Several nodes may do it at once.
 */
@Singleton
public class Purge {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int BATCH = 1000;

    /** Tokens stay a week, so that a receipt read again says the same; refresh tokens, so that a reuse is still noticed. */
    private static final List<String> STATEMENTS = List.of(
            "DELETE FROM authorization_requests WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY",
            "DELETE FROM authorization_codes WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY",
            "DELETE FROM access_tokens WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY",
            "DELETE FROM refresh_tokens WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 7 DAY",
            "DELETE FROM app_tokens WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY",
            "DELETE FROM single_use_ids WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE",
            "DELETE FROM connections WHERE ends_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY",
            "DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY",
            "DELETE FROM provider_sign_ins WHERE expires_at < UTC_TIMESTAMP(6)",
            "DELETE FROM embed_tokens WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY",
            "DELETE FROM embed_confirmations WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR",
            "DELETE FROM signing_keys WHERE retires_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY",
            "DELETE FROM sign_in_codes WHERE expires_at < UTC_TIMESTAMP(6)",
            "DELETE FROM page_sign_ins WHERE expires_at < UTC_TIMESTAMP(6)",
            "DELETE FROM grant_usage WHERE day < UTC_DATE() - INTERVAL 90 DAY",
            "DELETE FROM jobs WHERE finished_at < UTC_TIMESTAMP(6) - INTERVAL 90 DAY",
            "DELETE FROM buckets WHERE expires_at < UNIX_TIMESTAMP() * 1000 - 60000");

    private final JdbcOperations jdbc;
    private final Transactions transactions;

    Purge(JdbcOperations jdbc, Transactions transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** @return how many rows went */
    @Scheduled(fixedDelay = "10m", initialDelay = "2m")
    public int run() {
        int removed = 0;
        for (String statement : STATEMENTS) {
            int batch;
            do {
                batch = transactions.write(
                        () -> jdbc.prepareStatement(statement + " LIMIT " + BATCH, delete -> delete.executeUpdate()));
                removed += batch;
            } while (batch == BATCH);
        }
        if (removed > 0) {
            LOG.info("Removed {} rows that had expired", removed);
        }
        return removed;
    }
}
