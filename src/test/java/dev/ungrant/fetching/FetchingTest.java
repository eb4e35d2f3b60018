package dev.ungrant.fetching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real servers on loopback; only what a name resolves to is the test's own. */
final class FetchingTest {
    private static final Set<String> JSON = Set.of("application/json", "application/*+json");
    private static final String NAME = "keys.publisher.example";

    private final Map<String, HttpHandler> pages = new ConcurrentHashMap<>();
    private final List<HttpExchange> asked = new CopyOnWriteArrayList<>();
    private final List<String> lookedUp = new CopyOnWriteArrayList<>();
    private final List<Fetching> made = new ArrayList<>();
    private TlsServer server;
    private HttpServer plain;

    @BeforeEach
    void start() throws Exception {
        server = new TlsServer(NAME, this::handle);
        plain = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        plain.createContext("/", this::handle);
        plain.start();
        pages.put("/ok", exchange -> answer(exchange, 200, "application/json", "{\"keys\":[]}"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        plain.stop(0);
        for (Fetching fetching : made) {
            fetching.close();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.add(exchange);
        pages.get(exchange.getRequestURI().getPath()).handle(exchange);
    }

    private static void answer(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Every name resolves to these, in this order, one after the other. */
    private Fetching resolving(boolean loopbackAllowed, String... answers) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Names names = host -> {
            lookedUp.add(host);
            String[] addresses = answers[Math.min(next.getAndIncrement(), answers.length - 1)].split(" ");
            InetAddress[] all = new InetAddress[addresses.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = InetAddress.getByAddress(
                        host, InetAddress.ofLiteral(addresses[i]).getAddress());
            }
            return all;
        };
        return made(new Fetching(names, loopbackAllowed, List.of(), server.trust(), 4));
    }

    /** As in production, but for whom it trusts: the resolver of the machine. */
    private Fetching strict() throws Exception {
        return made(new Fetching(
                host -> {
                    lookedUp.add(host);
                    return InetAddress.getAllByName(host);
                },
                false,
                List.of(),
                server.trust(),
                4));
    }

    private Fetching made(Fetching fetching) {
        made.add(fetching);
        return fetching;
    }

    private String url(String path) {
        return "https://" + NAME + ":" + server.port() + path;
    }

    private static FetchException refused(Fetching fetching, String url) {
        return catchThrowableOfType(FetchException.class, () -> fetching.get(url, JSON, 1000));
    }

    @Test
    void asksTheAddressThatWasCheckedUnderTheNameThatWasMeant() throws Exception {
        Fetched fetched = resolving(true, "127.0.0.1").get(url("/ok"), JSON, 1000);
        assertThat(new String(fetched.body(), StandardCharsets.UTF_8)).isEqualTo("{\"keys\":[]}");
        assertThat(fetched.contentType()).isEqualTo("application/json");
        assertThat(lookedUp).containsExactly(NAME);
        assertThat(server.namesAskedFor()).containsExactly(NAME);
        HttpExchange exchange = asked.getFirst();
        assertThat(exchange.getRequestHeaders().getFirst("Host")).isEqualTo(NAME + ":" + server.port());
        assertThat(exchange.getRequestHeaders().getFirst("User-Agent")).isEqualTo("Ungrant");
        assertThat(exchange.getRequestHeaders())
                .doesNotContainKeys("Cookie", "Authorization", "Accept-encoding", "Referer");
    }

    @Test
    void doesNotTalkToAServerWithTheCertificateOfAnotherName() throws Exception {
        String other = "https://other.example:" + server.port() + "/ok";
        assertThat(refused(resolving(true, "127.0.0.1"), other).why()).isEqualTo(FetchException.Why.UNREACHABLE);
        assertThat(asked).isEmpty();
    }

    @Test
    void doesNotTalkToAServerThatNobodyKnows() throws Exception {
        Fetching machine = made(
                new Fetching(host -> new InetAddress[] {InetAddress.getLoopbackAddress()}, true, List.of(), null, 4));
        assertThat(refused(machine, url("/ok")).why()).isEqualTo(FetchException.Why.UNREACHABLE);
        assertThat(asked).isEmpty();
    }

    @Test
    void aHostThatTheOperatorNamedMayLeadIntoTheirOwnNetwork() throws Exception {
        Names here = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        Fetching named = made(new Fetching(here, false, List.of(NAME), server.trust(), 4));
        assertThat(refused(named, url("/ok"))).isNull();
        Fetching other = made(new Fetching(here, false, List.of("other.example"), server.trust(), 4));
        assertThat(refused(other, url("/ok")).why()).isEqualTo(FetchException.Why.REFUSED);
    }

    /** D01. A public address at first and a private one a moment later: nobody asks a second time. */
    @Test
    void aNameThatRebindsIsLookedUpOnce() throws Exception {
        // 192.88.98.1 answers nobody here; what matters is where the second look-up would have led.
        Fetching fetching = resolving(false, "198.20.0.1", "127.0.0.1");
        assertThat(refused(fetching, url("/ok")).why()).isEqualTo(FetchException.Why.UNREACHABLE);
        assertThat(lookedUp).containsExactly(NAME);
        assertThat(asked).isEmpty();
        // And the other way round: each fetch looks up anew, and what it finds then is refused.
        assertThat(refused(fetching, url("/ok")).why()).isEqualTo(FetchException.Why.REFUSED);
        assertThat(asked).isEmpty();
    }

    @Test
    void oneAddressThatIsNotPublicSpoilsTheName() throws Exception {
        FetchException problem = refused(resolving(false, "198.20.0.1 127.0.0.1"), url("/ok"));
        assertThat(problem.why()).isEqualTo(FetchException.Why.REFUSED);
        assertThat(asked).isEmpty();
    }

    /** D01, with the resolver of this machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:%d/ok",
                "https://localhost:%d/ok",
                "https://localhost.:%d/ok",
                "https://2130706433:%d/ok",
                "https://0x7f000001:%d/ok",
                "https://0x7f.1:%d/ok",
                "https://0177.0.0.1:%d/ok",
                "https://127.1:%d/ok",
                "https://0:%d/ok",
                "https://0.0.0.0:%d/ok",
                "https://[::]:%d/ok",
                "https://[::1]:%d/ok",
                "https://[::ffff:127.0.0.1]:%d/ok",
                "https://[::ffff:7f00:1]:%d/ok",
                "https://[::127.0.0.1]:%d/ok",
                "https://[64:ff9b::7f00:1]:%d/ok",
                "https://[64:ff9b:1::7f00:1]:%d/ok",
                "https://[2002:7f00:1::]:%d/ok",
                "https://[fe80::1%%25lo]:%d/ok",
                "https://user@127.0.0.1:%d/ok",
                "https://127.0.0.1:%d/ok#fragment",
                "https:///ok?port=%d",
                "//127.0.0.1:%d/ok",
                "file:///etc/passwd?%d",
                "jar:https://127.0.0.1:%d!/ok",
                "gopher://127.0.0.1:%d/ok",
            })
    void thisMachineIsNotAsked(String url) throws Exception {
        FetchException problem = refused(strict(), url.formatted(server.port()));
        assertThat(problem).as(url).isNotNull();
        // Some spellings are an address to one resolver and a name that nobody has to another.
        assertThat(problem.why()).as(url).isIn(FetchException.Why.REFUSED, FetchException.Why.UNREACHABLE);
        assertThat(asked).isEmpty();
        assertThat(server.namesAskedFor()).isEmpty();
    }

    @Test
    void plainHttpIsForLoopbackOfDemoAndTestsOnly() throws Exception {
        String url = "http://127.0.0.1:" + plain.getAddress().getPort() + "/ok";
        assertThat(refused(strict(), url).why()).isEqualTo(FetchException.Why.REFUSED);
        assertThat(asked).isEmpty();
        assertThat(resolving(true, "127.0.0.1").get(url, JSON, 1000).body()).isNotEmpty();
        assertThat(refused(resolving(true, "127.0.0.1"), url.replace("127.0.0.1", NAME))
                        .why())
                .isEqualTo(FetchException.Why.REFUSED);
    }

    @Test
    void loopbackBeingAllowedOpensNothingElse() throws Exception {
        for (String address : List.of("10.0.0.1", "169.254.169.254", "192.168.1.1", "fd00:ec2::254", "0.0.0.0")) {
            assertThat(refused(resolving(true, address), url("/ok")).why())
                    .as(address)
                    .isEqualTo(FetchException.Why.REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreNotFollowed(int status) throws Exception {
        pages.put("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", url("/ok"));
            answer(exchange, status, "application/json", "{}");
        });
        assertThat(refused(resolving(true, "127.0.0.1"), url("/moved")).why()).isEqualTo(FetchException.Why.UNUSABLE);
        assertThat(asked).hasSize(1);
    }

    /** D04. */
    @Test
    void aSlowDripEndsAfterFiveSeconds() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        pages.put("/drip", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(' ');
                    out.flush();
                    Thread.sleep(200);
                }
            } catch (IOException | InterruptedException e) {
                broken.countDown();
            }
        });
        long before = System.nanoTime();
        assertThat(refused(resolving(true, "127.0.0.1"), url("/drip")).why()).isEqualTo(FetchException.Why.UNREACHABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
        assertThat(broken.await(5, TimeUnit.SECONDS))
                .as("the connection was cut")
                .isTrue();
    }

    /** D04. Wanted or not, the rest is not read. */
    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html"})
    void ofTwoHundredMegabytesOnlyTheLimitIsRead(String contentType) throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch broken = new CountDownLatch(1);
        pages.put("/flood", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[64 * 1024];
            try (OutputStream out = exchange.getResponseBody()) {
                while (sent.get() < 200_000_000) {
                    out.write(part);
                    sent.addAndGet(part.length);
                }
            } catch (IOException e) {
                broken.countDown();
            }
        });
        assertThat(refused(resolving(true, "127.0.0.1"), url("/flood")).why()).isEqualTo(FetchException.Why.UNUSABLE);
        assertThat(broken.await(5, TimeUnit.SECONDS)).isTrue();
        // What buffers of the kernel hold, and no more.
        assertThat(sent).hasValueLessThan(20_000_000);
    }

    @Test
    void anAnnouncedFloodIsNotReadAtAll() throws Exception {
        pages.put("/long", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 200_000_000);
            exchange.close();
        });
        assertThat(refused(resolving(true, "127.0.0.1"), url("/long")).why()).isEqualTo(FetchException.Why.UNUSABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,true",
        "application/json; charset=utf-8,true",
        "APPLICATION/JSON,true",
        "application/jwk-set+json,true",
        "text/html,false",
        "image/png,false",
        "text/x+json,false",
        "'',false"
    })
    void onlyTheContentTypesThatWereAskedFor(String contentType, boolean wanted) throws Exception {
        pages.put("/type", exchange -> answer(exchange, 200, contentType, "{}"));
        FetchException problem = refused(resolving(true, "127.0.0.1"), url("/type"));
        assertThat(problem == null).isEqualTo(wanted);
    }

    @Test
    void compressedAnswersAreNotTaken() throws Exception {
        pages.put("/gzip", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            answer(exchange, 200, "application/json", "{}");
        });
        assertThat(refused(resolving(true, "127.0.0.1"), url("/gzip")).why()).isEqualTo(FetchException.Why.UNUSABLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 401, 404, 500})
    void onlyTheStatus200Counts(int status) throws Exception {
        pages.put("/status", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        assertThat(refused(resolving(true, "127.0.0.1"), url("/status")).why()).isEqualTo(FetchException.Why.UNUSABLE);
    }

    @Test
    void cookiesAreNotKept() throws Exception {
        pages.put("/cookie", exchange -> {
            exchange.getResponseHeaders().set("Set-Cookie", "who=you; Path=/");
            answer(exchange, 200, "application/json", "{}");
        });
        Fetching fetching = resolving(true, "127.0.0.1");
        fetching.get(url("/cookie"), JSON, 1000);
        fetching.get(url("/cookie"), JSON, 1000);
        assertThat(asked)
                .hasSize(2)
                .allSatisfy(exchange -> assertThat(exchange.getRequestHeaders()).doesNotContainKey("Cookie"));
        assertThat(lookedUp).as("a connection is not used again").hasSize(2);
    }

    @Test
    void noMoreThanAFewAtOnce() throws Exception {
        CountDownLatch arrived = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        pages.put("/wait", exchange -> {
            arrived.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer(exchange, 200, "application/json", "{}");
        });
        Fetching fetching = resolving(true, "127.0.0.1");
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(Thread.ofVirtual().start(() -> refused(fetching, url("/wait"))));
        }
        assertThat(arrived.await(4, TimeUnit.SECONDS)).isTrue();
        assertThat(refused(fetching, url("/ok")).why()).isEqualTo(FetchException.Why.BUSY);
        go.countDown();
        for (Thread thread : waiting) {
            thread.join();
        }
        // A place is free again when its thread has ended, which is a moment after its answer.
        for (int i = 0; i < 50 && refused(fetching, url("/ok")) != null; i++) {
            Thread.sleep(20);
        }
        assertThat(refused(fetching, url("/ok"))).isNull();
    }

    @Test
    void aNameThatNobodyHasIsUnreachable() throws Exception {
        Fetching fetching = made(new Fetching(
                host -> {
                    throw new UnknownHostException(host);
                },
                false,
                List.of(),
                null,
                4));
        assertThat(refused(fetching, url("/ok")).why()).isEqualTo(FetchException.Why.UNREACHABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=600 | 600",
                "public, Max-Age=60 | 60",
                "max-age=60, no-store | 0",
                "no-cache | 0",
                "max-age=-1 | 0",
                "max-age=99999999999999999999 | 0",
                "private | 0"
            })
    void saysHowLongTheAnswerStaysTrue(String cacheControl, long seconds) {
        assertThat(Freshness.of(cacheControl)).hasSeconds(seconds);
        assertThat(Freshness.of(null)).isZero();
    }
}
