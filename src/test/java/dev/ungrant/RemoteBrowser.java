package dev.ungrant;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A browser that Playwright cannot drive as its makers built it, told what to do in the words of WebDriver (W3C). */
abstract class RemoteBrowser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 40;
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    /** What a browser is told here: the command of WebDriver, and its name in Firefox's own protocol. */
    enum Order {
        NAVIGATE("/url", "WebDriver:Navigate"),
        SCRIPT("/execute/sync", "WebDriver:ExecuteScript"),
        FRAME("/frame", "WebDriver:SwitchToFrame"),
        CLICK("/element/{id}/click", "WebDriver:ElementClick"),
        SCREENSHOT("/screenshot", "WebDriver:TakeScreenshot");

        final String path;
        final String name;

        Order(String path, String name) {
            this.path = path;
            this.name = name;
        }
    }

    /** The browser's answer, or a failed test with what it said. */
    protected abstract Object tell(Order order, Map<String, Object> parameters);

    final void go(String address) {
        tell(Order.NAVIGATE, Map.of("url", address));
    }

    /** Into the first frame of the page. */
    final void enterFrame() {
        leaveFrame();
        tell(Order.FRAME, Map.of("id", 0));
    }

    final void leaveFrame() {
        tell(Order.FRAME, Collections.singletonMap("id", null));
    }

    final Object script(String script, Object... arguments) {
        return tell(Order.SCRIPT, Map.of("script", script, "args", List.of(arguments)));
    }

    /** Waits until the script returns something that counts as true. */
    final Object await(String script, Object... arguments) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < limit) {
            Object answer = script(script, arguments);
            if (answer != null && !Boolean.FALSE.equals(answer)) {
                return answer;
            }
            pause(100);
        }
        throw new AssertionError("never came true: " + script + "; the page says "
                + script("return document.documentElement.innerText"));
    }

    /** Clicks, as a person would, what the script returns. */
    final void click(String script, Object... arguments) {
        Object element = await(script, arguments);
        tell(Order.CLICK, Map.of("id", ((Map<?, ?>) element).get(ELEMENT)));
    }

    /** Into the folder that {@code SCREENSHOTS} names, if it does. */
    void shoot(String name) throws java.io.IOException {
        if (System.getenv("SCREENSHOTS") != null) {
            Object picture = tell(Order.SCREENSHOT, new HashMap<>(Map.of("full", false, "hash", false)));
            Files.write(
                    Path.of(System.getenv("SCREENSHOTS"), name + ".png"),
                    Base64.getDecoder().decode((String) picture));
        }
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String json(Map<String, Object> object) {
        return JSONObjectUtils.toJSONString(object);
    }

    @Override
    public abstract void close();
}
