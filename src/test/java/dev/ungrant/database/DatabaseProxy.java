package dev.ungrant.database;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Stands between a node and its database, and fails on demand at a chosen moment of their talk. */
final class DatabaseProxy implements Closeable {
    enum Failure {
        /** The node's words never arrive. */
        CUT_BEFORE,
        /** They arrive and are acted on; the node never hears of it. */
        CUT_AFTER,
        /** Nothing moves until {@link #release()}. */
        FREEZE
    }

    /** The words that end the first transaction in which {@code marker} is said; others run at the same time. */
    static Predicate<byte[]> commitOf(String marker) {
        boolean[] said = {false};
        return bytes -> {
            String words = new String(bytes, StandardCharsets.ISO_8859_1);
            said[0] |= words.contains(marker);
            return said[0] && words.toUpperCase(Locale.ROOT).contains("COMMIT");
        };
    }

    private record Trap(Predicate<byte[]> when, Failure failure, boolean staysDown) {}

    private volatile URI database;
    private final ServerSocket listener;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Trap> trap = new AtomicReference<>();
    private volatile CountDownLatch released = new CountDownLatch(0);
    private volatile CountDownLatch sprung = new CountDownLatch(1);
    private volatile boolean down;
    private volatile int slowMillis;

    DatabaseProxy(String url) {
        leadTo(url);
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    /** From now on new connections lead to this JDBC address, as a router does when the primary changes. */
    void leadTo(String url) {
        database = URI.create(url.substring("jdbc:".length()));
    }

    /** The JDBC address of the same database through here. */
    String url() {
        return "jdbc:mysql://127.0.0.1:" + listener.getLocalPort() + database.getRawPath() + "?"
                + database.getRawQuery();
    }

    /** Fails once, at the first words of a node to the database that meet the condition. */
    void failAt(Predicate<byte[]> when, Failure failure, boolean staysDown) {
        sprung = new CountDownLatch(1);
        if (failure == Failure.FREEZE) {
            released = new CountDownLatch(1);
        }
        trap.set(new Trap(when, failure, staysDown));
    }

    /** Fails at the n-th words from now on. */
    void failAt(int number, Failure failure, boolean staysDown) {
        int[] count = {0};
        failAt(words -> ++count[0] == number, failure, staysDown);
    }

    boolean hasFailed() {
        return sprung.getCount() == 0;
    }

    void awaitFailure() throws InterruptedException {
        if (!sprung.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("The moment to fail at never came.");
        }
    }

    void release() {
        released.countDown();
    }

    /** From now on all that a node says is on its way for a while, mostly not as long as this. */
    void slowDown(int millis) {
        slowMillis = millis;
    }

    void goDown() {
        down = true;
        pairs.forEach(Pair::close);
    }

    void comeBack() {
        trap.set(null);
        down = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket node = listener.accept();
                if (down) {
                    node.close();
                    continue;
                }
                connect(node);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket node) throws IOException {
        Socket server;
        try {
            server = new Socket(database.getHost(), database.getPort());
        } catch (ConnectException e) {
            node.close();
            return;
        }
        Pair pair = new Pair(node, server);
        pairs.add(pair);
        Thread.startVirtualThread(() -> pair.pump(pair.node, pair.server, true));
        Thread.startVirtualThread(() -> pair.pump(pair.server, pair.node, false));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        pairs.forEach(Pair::close);
    }

    private final class Pair {
        private final Socket node;
        private final Socket server;
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile boolean mute;

        Pair(Socket node, Socket server) {
            this.node = node;
            this.server = server;
        }

        void pump(Socket from, Socket to, boolean fromNode) {
            byte[] buffer = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    if (!fromNode && mute) {
                        answered.countDown();
                        continue;
                    }
                    if (fromNode && slowMillis > 0) {
                        Thread.sleep(ThreadLocalRandom.current().nextInt(slowMillis));
                    }
                    if (fromNode && fails(Arrays.copyOf(buffer, length), out)) {
                        return;
                    }
                    out.write(buffer, 0, length);
                }
            } catch (IOException | InterruptedException e) {
                // One side is gone.
            } finally {
                close();
            }
        }

        /** @return whether that was the end of this connection */
        private boolean fails(byte[] words, OutputStream out) throws IOException, InterruptedException {
            Trap set;
            synchronized (trap) {
                set = trap.get();
                if (set == null || !set.when.test(words)) {
                    return false;
                }
                trap.set(null);
            }
            if (set.failure == Failure.FREEZE) {
                sprung.countDown();
                released.await();
                return false;
            }
            if (set.failure == Failure.CUT_AFTER) {
                mute = true;
                out.write(words);
                answered.await(5, TimeUnit.SECONDS);
            }
            if (set.staysDown) {
                goDown();
            }
            sprung.countDown();
            return true;
        }

        void close() {
            pairs.remove(this);
            try {
                node.close();
                server.close();
            } catch (IOException e) {
                // As closed as it can be.
            }
        }
    }
}
