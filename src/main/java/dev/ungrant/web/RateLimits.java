package dev.ungrant.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.BucketNotFoundException;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.mysql.Bucket4jMySQL;
import io.github.bucket4j.mysql.MySQLSelectForUpdateBasedProxyManager;
import io.github.bucket4j.util.concurrent.batch.BatchHelper;
import io.micronaut.context.annotation.Property;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Token buckets that count across nodes, in the database. Limits that people meet are exact. Those of machine traffic are
 * settled with the database at most five times a second and node, so that a limit costs no round trip per call; in between
 * a node hands out a twentieth of the burst at most.
 */
@Singleton
public final class RateLimits {
    private final MySQLSelectForUpdateBasedProxyManager<String> buckets;
    private final Cache<String, BucketProxy> kept = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();
    private final int apiPerSecond;
    private final int clientPerSecond;
    private final int registrationsPerHour;
    private final int sdkPerSecond;
    private final int authorizePerMinute;
    private final int handOversPerMinute;

    RateLimits(
            DataSource dataSource,
            @Property(name = "ungrant.limit.api-per-second", defaultValue = "100") int apiPerSecond,
            @Property(name = "ungrant.limit.client-per-second", defaultValue = "50") int clientPerSecond,
            @Property(name = "ungrant.limit.sdk-per-second", defaultValue = "50") int sdkPerSecond,
            @Property(name = "ungrant.limit.registrations-per-hour", defaultValue = "10") int registrationsPerHour,
            @Property(name = "ungrant.limit.authorize-per-minute", defaultValue = "300") int authorizePerMinute,
            @Property(name = "ungrant.limit.hand-overs-per-minute", defaultValue = "20") int handOversPerMinute) {
        this.apiPerSecond = apiPerSecond;
        this.clientPerSecond = clientPerSecond;
        this.registrationsPerHour = registrationsPerHour;
        this.sdkPerSecond = sdkPerSecond;
        this.authorizePerMinute = authorizePerMinute;
        this.handOversPerMinute = handOversPerMinute;
        this.buckets = Bucket4jMySQL.selectForUpdateBasedBuilder(DelegatingDataSource.unwrapDataSource(dataSource))
                .table("buckets")
                .primaryKeyMapper(PrimaryKeyMapper.STRING)
                .expirationAfterWrite(
                        ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofMinutes(1)))
                .build();
    }

    /** Calls of a project's backend: so many a second, twice as many at once. */
    public void countApiCall(UUID projectId) {
        machine("project:" + projectId, apiPerSecond);
    }

    /** Calls of a client to the token, introspection, revocation and UserInfo endpoints. */
    public void countClientCall(String clientId) {
        machine("client:" + clientId, clientPerSecond);
    }

    /**
     * Calls of the browser SDK from one network address: so many a second, twice as many at once. Not those of one project,
     * since its public token is in every page: whoever reads one could use the whole project's share up.
     */
    public void countSdkCall(String ipAddress) {
        machine("sdk-from:" + network(ipAddress), sdkPerSecond);
    }

    /** Failed client authentications: 20 a minute for one client id. */
    public void countClientFailure(String clientId) {
        exact("client-failure:" + clientId, 20, Duration.ofMinutes(1));
    }

    /** Revokes of one signed-in person: 30 a minute; a real person clears a list. */
    public void countRevoke(UUID sessionId) {
        exact("revoke:" + sessionId, 30, Duration.ofMinutes(1));
    }

    /** Files of everything that a list holds: 20 an hour for one signed-in person. */
    public void countExport(UUID sessionId) {
        exact("export:" + sessionId, 20, Duration.ofHours(1));
    }

    /** Sign-in attempts: five a minute and 30 an hour for one e-mail address, 20 a minute for one network address. */
    public void countSignIn(String emailAddress, String ipAddress) {
        exact("sign-in:" + digest(emailAddress), 5, Duration.ofMinutes(1));
        exact("sign-in-hour:" + digest(emailAddress), 30, Duration.ofHours(1));
        exact("sign-in-from:" + network(ipAddress), 20, Duration.ofMinutes(1));
    }

    /** Sign-ins at providers of organizations, begun or come back from: 20 a minute for one network address, beside those by mail. */
    public void countProviderSignIn(String ipAddress) {
        exact("provider-sign-in-from:" + network(ipAddress), 20, Duration.ofMinutes(1));
    }

    /** Looks at a provider that is being set up: ten a minute for one organization. */
    public void countProviderCheck(UUID organizationId) {
        exact("provider-check:" + organizationId, 10, Duration.ofMinutes(1));
    }

    /** Wrong sign-in codes: 20 an hour for one e-mail address, whoever types them and in how many attempts. */
    public void countWrongCode(String emailAddress) {
        exact("wrong-code:" + digest(emailAddress), 20, Duration.ofHours(1));
    }

    /**
     * Authorization requests and answers to them: 60 a minute in one session.
     *
     * @param id of the session; of the person where sessions change
     */
    public void countAuthorization(UUID id) {
        exact("authorize:" + id, 60, Duration.ofMinutes(1));
    }

    /** The same, and sign-outs, of people who are not known yet: so many a minute from one network address, which an office may share. */
    public void countAuthorizationFrom(String ipAddress) {
        exact(
                "authorize-from:" + network(ipAddress) + ':' + authorizePerMinute,
                authorizePerMinute,
                Duration.ofMinutes(1));
    }

    /** Tokens for frames and links: ten a second for one project, twice as many at once. */
    public void countEmbedToken(UUID projectId) {
        machine("embed:" + projectId, 10);
    }

    /** People whom hosts hand over: so many a minute from one network address, which an office may share. */
    public void countHandOver(String ipAddress) {
        exact(
                "hand-over-from:" + handOversPerMinute + ':' + network(ipAddress),
                handOversPerMinute,
                Duration.ofMinutes(1));
    }

    /** Reports that browsers send by themselves: ten a minute from one network address. */
    public void countReport(String ipAddress) {
        exact("report-from:" + network(ipAddress), 10, Duration.ofMinutes(1));
    }

    /** Apps that register themselves: ten an hour from one network address, unless the operator allows more. */
    public void countRegistration(String ipAddress) {
        exact("register:" + registrationsPerHour + ':' + network(ipAddress), registrationsPerHour, Duration.ofHours(1));
    }

    /** Documents of apps that name themselves by an address: 30 an hour from one host, each at most once a minute. */
    public void countDocument(String host, byte[] urlHash) {
        exact("document-of:" + host, 30, Duration.ofHours(1));
        exact("document:" + HexFormat.of().formatHex(urlHash), 1, Duration.ofMinutes(1));
    }

    /** Request objects of an app that are fetched from where it keeps them: ten a second, twice as many at once. */
    public void countRequestObject(String clientId) {
        machine("request-object:" + clientId, 10);
    }

    private void machine(String key, int perSecond) {
        Optimization fewRoundTrips =
                Optimizations.delaying(new DelayParameters(Math.max(1, perSecond / 10), Duration.ofMillis(200)));
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(2L * perSecond)
                .refillGreedy(perSecond, Duration.ofSeconds(1))
                .build();
        // A bucket keeps the limit it was made with, so another limit is another bucket.
        String name = key + ':' + perSecond;
        BucketConfiguration configuration =
                BucketConfiguration.builder().addLimit(bandwidth).build();
        try {
            consume(machineBucket(name, configuration, fewRoundTrips));
        } catch (BatchHelper.BatchFailedException | BucketNotFoundException e) {
            // Its row is gone, cleared away as long unused.
            kept.invalidate(name);
            consume(machineBucket(name, configuration, fewRoundTrips));
        }
    }

    /** The row is made by one caller alone before anybody else gets the bucket: a batch cannot make it. */
    private BucketProxy machineBucket(String name, BucketConfiguration configuration, Optimization optimization) {
        return kept.get(name, k -> {
            BucketProxy bucket =
                    buckets.builder().withOptimization(optimization).build(k, () -> configuration);
            bucket.getAvailableTokens();
            return bucket;
        });
    }

    private void exact(String key, int tokens, Duration per) {
        Bandwidth bandwidth =
                Bandwidth.builder().capacity(tokens).refillGreedy(tokens, per).build();
        String name = key.length() <= 160 ? key : key.substring(0, 160);
        consume(kept.get(
                name,
                k -> buckets.builder()
                        .build(
                                k,
                                () -> BucketConfiguration.builder()
                                        .addLimit(bandwidth)
                                        .build())));
    }

    private static void consume(BucketProxy bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill() + 999_999_999L);
            throw Problem.tooManyRequests(Math.max(1, seconds));
        }
    }

    /** Buckets outlive people, so that none of them is to name one. */
    private static String digest(String emailAddress) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(emailAddress.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An IPv6 customer has at least a /64, so that is what counts. */
    private static String network(String ipAddress) {
        if (!ipAddress.contains(":")) {
            return ipAddress;
        }
        String[] groups = ipAddress.split(":", -1);
        return String.join(":", java.util.Arrays.copyOf(groups, Math.min(4, groups.length)));
    }
}
