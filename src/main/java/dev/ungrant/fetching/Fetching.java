package dev.ungrant.fetching;

import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches from addresses that apps name. Only {@code https}, only from public addresses or hosts that the operator has named, and each name is looked up once: the
 * connection goes to the address that was checked, while TLS and the {@code Host} header keep the name, so a name that
 * answers differently the next time gains nothing. No redirects, no cookies, no proxy of the environment, no compressed
 * answers; two seconds to connect, five in all, a limit on size.
 */
@Singleton
public final class Fetching {
    static final String USER_AGENT = "Ungrant";

    private static final int AT_ONCE = 16;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration TOTAL = Duration.ofSeconds(5);
    private static final int MOST_HEADERS = 100;
    private static final int LONGEST_LINE = 8192;

    private final Names names;
    private final boolean loopbackAllowed;
    private final Set<String> privateHosts;
    private final SSLContext trust;
    private final int atOnce;
    private final Semaphore places;
    private CloseableHttpClient client;

    /**
     * @param loopbackAllowed also http and https on this machine, for demo and tests; there is no setting of the environment
     *     for it
     * @param privateHosts names, in lower case, that may lead into the operator's own network
     */
    @Inject
    Fetching(
            @Property(name = "ungrant.fetching.loopback", defaultValue = "false") boolean loopbackAllowed,
            @Property(name = "ungrant.fetching.private-hosts", defaultValue = "") List<String> privateHosts) {
        this(InetAddress::getAllByName, loopbackAllowed, privateHosts, null, AT_ONCE);
    }

    /** @param trust null: whom the machine trusts */
    Fetching(Names names, boolean loopbackAllowed, List<String> privateHosts, @Nullable SSLContext trust, int atOnce) {
        this.names = names;
        this.loopbackAllowed = loopbackAllowed;
        this.privateHosts = Set.copyOf(privateHosts);
        this.trust = trust;
        this.atOnce = atOnce;
        this.places = new Semaphore(atOnce);
    }

    /** Made at the first fetch: a node that never fetches does not read all certificates of the machine as it starts. */
    private synchronized CloseableHttpClient client() {
        if (client == null) {
            client = build(new Checked(), trust == null ? SSLContexts.createDefault() : trust, atOnce);
        }
        return client;
    }

    private static CloseableHttpClient build(DnsResolver resolver, SSLContext trust, int atOnce) {
        PoolingHttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(resolver)
                // Its host name verifier is on.
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                .setMaxConnTotal(atOnce)
                .setMaxConnPerRoute(atOnce)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(CONNECT))
                        .setSocketTimeout(Timeout.of(TOTAL))
                        .build())
                .setDefaultSocketConfig(
                        SocketConfig.custom().setSoTimeout(Timeout.of(TOTAL)).build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(MOST_HEADERS)
                                .setMaxLineLength(LONGEST_LINE)
                                .build())
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                // Another fetch looks the name up and checks it again, so no connection outlives its fetch.
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(CONNECT))
                        .setResponseTimeout(Timeout.of(TOTAL))
                        .build())
                .setUserAgent(USER_AGENT)
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableAutomaticRetries()
                .disableContentCompression()
                .build();
    }

    /** Where the connection goes: nowhere, if only one address of the name is not a public one. */
    private final class Checked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = names.resolve(host);
            if (privateHosts.contains(host.toLowerCase(Locale.ROOT))) {
                return addresses;
            }
            for (InetAddress address : addresses) {
                if (!PublicAddress.is(address) && !(loopbackAllowed && address.isLoopbackAddress())) {
                    throw new NotPublic();
                }
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static final class NotPublic extends UnknownHostException {}

    /**
     * One GET.
     *
     * @param address where from, as it was registered
     * @param contentTypes in lower case and without parameters; {@code application/*+json} stands for all of that kind
     * @param mostBytes the longest body that is read
     * @throws FetchException when there is nothing of the kind
     */
    public Fetched get(String address, Set<String> contentTypes, int mostBytes) throws FetchException {
        HttpGet request = new HttpGet(allowed(address));
        request.setHeader(
                HttpHeaders.ACCEPT, String.join(", ", contentTypes).replace("application/*+json", "*/*;q=0.1"));
        return send(request, Set.of(200), contentTypes, mostBytes);
    }

    /**
     * One POST of a form, of which the answer is read as JSON whether it says yes or no: as an OAuth client asks a token endpoint.
     *
     * @param authorization the header; null: the client is named in the form
     * @throws FetchException when there is no such answer
     */
    public Fetched post(String address, Map<String, String> form, @Nullable String authorization, int mostBytes)
            throws FetchException {
        HttpPost request = new HttpPost(allowed(address));
        request.setHeader(HttpHeaders.ACCEPT, "application/json");
        if (authorization != null) {
            request.setHeader(HttpHeaders.AUTHORIZATION, authorization);
        }
        request.setEntity(new UrlEncodedFormEntity(
                form.entrySet().stream()
                        .map(field -> new BasicNameValuePair(field.getKey(), field.getValue()))
                        .toList(),
                StandardCharsets.UTF_8));
        return send(request, Set.of(200, 400, 401, 403), Set.of("application/json"), mostBytes);
    }

    private Fetched send(HttpUriRequestBase request, Set<Integer> statuses, Set<String> contentTypes, int mostBytes)
            throws FetchException {
        if (!places.tryAcquire()) {
            throw new FetchException(FetchException.Why.BUSY, "Too many addresses are being fetched from already.");
        }
        CompletableFuture<Fetched> answer = new CompletableFuture<>();
        // A thread of its own, since neither a name server nor a slow drip of bytes keeps to a timeout of ours.
        Thread.ofVirtual().name("fetching").start(() -> {
            try {
                answer.complete(client().execute(
                                request,
                                response -> Answer.readOrCut(request, response, statuses, contentTypes, mostBytes)));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                places.release();
            }
        });
        try {
            return answer.get(TOTAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            request.cancel();
            throw new FetchException(FetchException.Why.UNREACHABLE, "It took longer than five seconds.");
        } catch (InterruptedException e) {
            request.cancel();
            Thread.currentThread().interrupt();
            throw new FetchException(FetchException.Why.UNREACHABLE, "The node is stopping.");
        } catch (ExecutionException e) {
            throw explained(e.getCause());
        }
    }

    private static FetchException explained(Throwable cause) {
        return switch (cause) {
            case Answer.Unusable unusable -> new FetchException(FetchException.Why.UNUSABLE, unusable.getMessage());
            case NotPublic notPublic ->
                new FetchException(FetchException.Why.REFUSED, "The address is not on the public Internet.");
            // The kind of failure and no more: a port that is closed and one that is silent are told apart by nobody.
            default ->
                new FetchException(
                        FetchException.Why.UNREACHABLE,
                        "It cannot be reached (" + cause.getClass().getSimpleName() + ").");
        };
    }

    private URI allowed(String address) throws FetchException {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw refused("It is not a URL.");
        }
        String host = uri.getHost();
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (host == null || host.endsWith(".") || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw refused("It has no host, a dot behind it, a user name or a fragment.");
        }
        if (!scheme.equals("https") && !(scheme.equals("http") && loopbackAllowed && isLoopback(host))) {
            throw refused("It is not https.");
        }
        return uri;
    }

    /** In words only: no name is looked up for plain http. */
    private static boolean isLoopback(String host) {
        return host.equals("127.0.0.1") || host.equals("[::1]") || host.equals("localhost");
    }

    private static FetchException refused(String message) {
        return new FetchException(FetchException.Why.REFUSED, message);
    }

    @PreDestroy
    synchronized void close() throws IOException {
        if (client != null) {
            client.close();
        }
    }
}
