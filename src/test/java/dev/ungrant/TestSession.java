package dev.ungrant;

import dev.ungrant.demo.DemoMailbox;
import dev.ungrant.embedded.EmbeddedMySql;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * What all tests of this JVM share: one MySQL, one mailbox for all mail, and one browser when asked for. JUnit finds this class
 * by itself. {@code TEST_DB_URL}, {@code TEST_DB_USER} and {@code TEST_DB_PASSWORD} name another server for the same tests.
 */
public final class TestSession implements LauncherSessionListener {
    /** 32 bytes that protect nothing but tests. */
    private static final String KEY = "dGhpcyBpcyB0aGUga2V5IG9mIHRoZSB0ZXN0cywgMzI=";

    private static DemoMailbox mailbox;

    private EmbeddedMySql mySql;

    /** Every mail that any node of any test sends. */
    public static DemoMailbox mailbox() {
        return mailbox;
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (mailbox != null) {
            return;
        }
        mailbox = DemoMailbox.open();
        set(mailbox.settings());
        set(Map.of("ungrant.key", KEY));
        String url = System.getenv("TEST_DB_URL");
        if (url == null) {
            mySql = EmbeddedMySql.throwaway();
            // Also when the test run is stopped by a signal.
            Runtime.getRuntime().addShutdownHook(new Thread(mySql::close));
            set(mySql.settings());
        } else {
            set(Map.of(
                    "ungrant.db.url", url,
                    "ungrant.db.user", System.getenv("TEST_DB_USER"),
                    "ungrant.db.password", System.getenv("TEST_DB_PASSWORD")));
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (mySql != null) {
            Browser.close();
            mailbox.close();
            mailbox = null;
            mySql.close();
        }
    }

    private static void set(Map<String, String> properties) {
        properties.forEach(System::setProperty);
    }
}
