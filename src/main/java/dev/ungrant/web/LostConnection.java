package dev.ungrant.web;

import java.sql.SQLException;

/** Whether the connection to the database was lost, so that it is unknown what became of the work. */
public final class LostConnection {
    /** What the pool says, without a state, of a connection that broke a moment before and that it has thrown away. */
    private static final String THROWN_AWAY = "Connection is closed";

    private LostConnection() {}

    public static boolean is(SQLException e) {
        return e.getSQLState() == null
                ? THROWN_AWAY.equals(e.getMessage())
                : e.getSQLState().startsWith("08");
    }
}
