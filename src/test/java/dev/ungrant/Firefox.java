package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONArrayUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Firefox as {@code FIREFOX_PATH} names it, or Debian's. It speaks WebDriver's words by Marionette, which is built in. */
final class Firefox extends RemoteBrowser {
    private static final Path SYSTEM = Path.of("/usr/bin/firefox-esr");
    private static final int START_SECONDS = 60;

    private final Process process;
    private final Socket socket;
    private int told;

    /** @param cookieBehavior 0: all are kept; 1: none of third parties; 5: those apart for each site, as it comes */
    static Firefox start(Path profile, ConnectProxy proxy, int cookieBehavior) throws IOException {
        Files.createDirectories(profile);
        Files.writeString(profile.resolve("user.js"), """
                user_pref("marionette.port", 0);
                user_pref("network.proxy.type", 1);
                user_pref("network.proxy.http", "127.0.0.1");
                user_pref("network.proxy.http_port", %1$d);
                user_pref("network.proxy.ssl", "127.0.0.1");
                user_pref("network.proxy.ssl_port", %1$d);
                user_pref("network.cookie.cookieBehavior", %2$d);
                user_pref("datareporting.policy.dataSubmissionEnabled", false);
                """.formatted(proxy.port(), cookieBehavior));
        String named = System.getenv("FIREFOX_PATH");
        Path executable = named == null ? Browser.debian(SYSTEM, "firefox-esr") : Path.of(named);
        ProcessBuilder builder = new ProcessBuilder(
                        executable.toString(),
                        "--headless",
                        "--marionette",
                        "--no-remote",
                        "--profile",
                        profile.toString())
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("firefox.log").toFile());
        builder.environment().put("HOME", profile.toString());
        Process process = builder.start();
        try {
            return new Firefox(process, portOf(profile, process));
        } catch (IOException | RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int portOf(Path profile, Process process) throws IOException {
        Path port = profile.resolve("MarionetteActivePort");
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (process.isAlive() && System.nanoTime() < limit) {
            if (Files.exists(port) && Files.size(port) > 0) {
                return Integer.parseInt(Files.readString(port).strip());
            }
            pause(100);
        }
        throw new AssertionError("Firefox did not start: " + Files.readString(profile.resolve("firefox.log")));
    }

    private Firefox(Process process, int port) throws IOException {
        this.process = process;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        assertThat(read()).contains("\"marionetteProtocol\":3");
        // Nobody vouches for the certificates of the test's sites.
        command("WebDriver:NewSession", Map.of("acceptInsecureCerts", true));
    }

    @Override
    protected Object tell(Order order, Map<String, Object> parameters) {
        Object answer = command(order.name, parameters);
        return answer instanceof Map<?, ?> object && object.containsKey("value") ? object.get("value") : answer;
    }

    /** {@code <bytes>:[0, number, name, parameters]}, and back {@code <bytes>:[1, number, error, result]}. */
    private Object command(String name, Map<String, Object> parameters) {
        try {
            byte[] message =
                    ("[0," + ++told + ",\"" + name + "\"," + json(parameters) + "]").getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write((message.length + ":").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(message);
            socket.getOutputStream().flush();
            List<Object> answer = JSONArrayUtils.parse(read());
            assertThat(answer.get(2)).as(name).isNull();
            return answer.get(3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private String read() throws IOException {
        InputStream in = socket.getInputStream();
        int length = 0;
        for (int digit = in.read(); digit != ':'; digit = in.read()) {
            if (digit < 0) {
                throw new IOException("Firefox has hung up");
            }
            length = length * 10 + digit - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            socket.close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
