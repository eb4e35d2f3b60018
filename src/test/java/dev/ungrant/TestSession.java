package dev.ungrant;

import dev.ungrant.embedded.EmbeddedMySql;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** What all tests of this JVM share: one MySQL, and one browser when asked for. JUnit finds this class by itself. */
public final class TestSession implements LauncherSessionListener {
    private EmbeddedMySql mySql;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("ungrant.db.url") != null) {
            return;
        }
        // Another server for the same tests.
        String url = System.getenv("TEST_DB_URL");
        if (url != null) {
            System.setProperty("ungrant.db.url", url);
            System.setProperty("ungrant.db.user", System.getenv("TEST_DB_USER"));
            System.setProperty("ungrant.db.password", System.getenv("TEST_DB_PASSWORD"));
            return;
        }
        mySql = EmbeddedMySql.throwaway();
        // Also when the test run is stopped by a signal.
        Runtime.getRuntime().addShutdownHook(new Thread(mySql::close));
        mySql.settings().forEach(System::setProperty);
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        Browser.close();
        if (mySql != null) {
            mySql.settings().keySet().forEach(System::clearProperty);
            mySql.close();
        }
    }
}
