package dev.ungrant.database;

import dev.ungrant.web.LostConnection;
import dev.ungrant.web.Problem;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.jdbc.DataSourceTransactionManager;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * One act, one transaction. The whole of it runs again, up to five times, when the database refused it for no fault of
 * its own: deadlocks and lock waits, conflicts that a cluster reports at commit, a primary that has just moved. The
 * retry stands outside the transaction because those errors arrive at its end.
 */
@Singleton
public final class Transactions {
    /**
     * 1213 deadlock, 1205 lock wait, 3100 and 3101 refused by group replication, 1180 its deadlock at commit, 1047 not
     * ready, 1290 and 1836 read-only after a failover.
     */
    private static final Set<Integer> TRY_AGAIN = Set.of(1213, 1205, 3100, 3101, 1180, 1047, 1290, 1836);

    private static final int TRIES = 5;

    private final DataSourceTransactionManager manager;

    Transactions(DataSourceTransactionManager manager) {
        this.manager = manager;
    }

    /**
     * Runs the work in one READ COMMITTED transaction.
     *
     * @throws Problem {@code server_unavailable} when the connection was lost, so that it is unknown whether the work was
     *     committed; the caller may repeat
     */
    public <T> T write(Supplier<T> work) {
        return run(work, false);
    }

    /**
     * The same for work that finds what it did before when it runs a second time: a connection lost during the commit
     * is then answered by running it again, which reads back whether the first try was committed.
     */
    public <T> T writeRepeatable(Supplier<T> work) {
        return run(work, true);
    }

    private <T> T run(Supplier<T> work, boolean repeatable) {
        for (int attempt = 1; ; attempt++) {
            try {
                return manager.execute(TransactionDefinition.DEFAULT, status -> work.get());
            } catch (RuntimeException e) {
                SQLException sql = sqlException(e);
                boolean again = sql != null
                        && (TRY_AGAIN.contains(sql.getErrorCode())
                                || repeatable && LostConnection.is(sql) && !waitedInVain(sql));
                if (!again || attempt == TRIES) {
                    if (sql != null && (LostConnection.is(sql) || TRY_AGAIN.contains(sql.getErrorCode()))) {
                        Problem problem = Problem.unavailable();
                        problem.addSuppressed(e);
                        throw problem;
                    }
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /** The pool has tried for as long as it may to get a connection; to try four times more would keep people waiting. */
    private static boolean waitedInVain(SQLException sql) {
        return sql instanceof SQLTransientConnectionException;
    }

    /** Whether the failure is a second row under a unique key. */
    public static boolean isDuplicate(RuntimeException e) {
        SQLException sql = sqlException(e);
        return sql != null && sql.getErrorCode() == 1062;
    }

    /** Whether the failure is a second row under that unique key; {@code table.key}. */
    public static boolean isDuplicate(RuntimeException e, String key) {
        return isDuplicate(e) && sqlException(e).getMessage().contains("for key '" + key + "'");
    }

    private static SQLException sqlException(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(5L, 20L << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable();
        }
    }
}
