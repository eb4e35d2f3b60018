package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.database.Transactions;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Requests that wait: for the person who must sign in or decide, or, pushed by an app (RFC 9126), for the browser that brings
 * them. Each is answered once.
 */
@Singleton
public final class PendingRequests {
    /** RFC 9126 §2.2. */
    static final int PUSHED_SECONDS = 300;

    /** Long enough to wait for a mail with a code, and to read. */
    static final int PAGE_SECONDS = 30 * 60;

    static final String URN = "urn:ietf:params:oauth:request_uri:";

    private static final String ADDRESS = "/oauth2/authorize/";
    private static final String PAGE = "PAGE";
    private static final String PUSHED = "PUSHED";
    private static final Argument<Map<String, List<String>>> PARAMETERS =
            Argument.mapOf(Argument.STRING, Argument.listOf(String.class));

    private final RequestRepository repository;
    private final RequestRules rules;
    private final RequestObjects objects;
    private final Transactions transactions;
    private final Pepper pepper;
    private final Json json;

    PendingRequests(
            RequestRepository repository,
            RequestRules rules,
            RequestObjects objects,
            Transactions transactions,
            Pepper pepper,
            Json json) {
        this.repository = repository;
        this.rules = rules;
        this.objects = objects;
        this.transactions = transactions;
        this.pepper = pepper;
        this.json = json;
    }

    /**
     * A request on its way to an answer.
     *
     * @param pageHash the row that keeps it, in hexadecimal; null while it is only in the address of the browser
     * @param pushedHash the pushed request that it stands for; null: none
     * @param since when it came; null: now
     */
    record Pending(
            Map<String, List<String>> parameters,
            UUID projectId,
            @Nullable String pageHash,
            @Nullable String pushedHash,
            @Nullable Instant since) {}

    /** What a person who is asked to sign in wants to know: which app sends them, and to whose people it speaks. */
    public record Awaiting(
            UUID projectId, String appName, @Nullable String loginHint, URI redirectUri) {}

    /** The request that waits at an address of ours that somebody returns to, if it is such an address. */
    public Optional<Awaiting> awaiting(@Nullable String address) {
        if (address == null || !address.startsWith(ADDRESS)) {
            return Optional.empty();
        }
        try {
            return find(address.substring(ADDRESS.length())).map(pending -> {
                HostedRequest request = rules.read(pending.parameters(), pending.projectId());
                return new Awaiting(
                        pending.projectId(),
                        request.app().name(),
                        request.loginHint(),
                        request.replyTo().redirectUri());
            });
        } catch (Problem e) {
            return Optional.empty();
        } catch (AuthorizationRefused e) {
            return Optional.of(new Awaiting(
                    e.replyTo().app().projectId(),
                    e.replyTo().app().name(),
                    null,
                    e.replyTo().redirectUri()));
        }
    }

    /**
     * What came with a browser: a request, or the address of one that its app has pushed, beside which nothing counts then
     * (RFC 9126 §4). May fetch, so it must not be called in a transaction.
     *
     * @param projectId the project of the path; null on the path without one
     * @throws Problem when there is no such app, or it has not pushed that request
     */
    Pending incoming(Map<String, List<String>> given, @Nullable UUID projectId) {
        ConnectedApp app = rules.client(given, projectId);
        String requestUri = RequestParameters.single(given, "request_uri");
        return requestUri != null && requestUri.startsWith(URN)
                ? pushed(app, requestUri)
                : new Pending(objects.resolved(app, RequestParameters.kept(given)), app.projectId(), null, null, null);
    }

    /** Keeps a request for the browser that brought it, until the person has signed in and decided. */
    Secret keep(Pending pending) {
        Secret secret = Secret.mint(SecretKind.AUTHORIZATION_REQUEST, pending.projectId());
        transactions.write(() -> repository.insert(
                pending.projectId(),
                secret.hash(),
                PAGE,
                null,
                json.write(pending.parameters()),
                pending.pushedHash(),
                PAGE_SECONDS));
        return secret;
    }

    static URI address(Secret page) {
        return URI.create(ADDRESS + page.reveal());
    }

    /** What the browser that began the request holds, and no other: who was only shown its address cannot answer it. */
    String browserProof(String page) {
        return pepper.shown("browser " + page);
    }

    /** @throws Problem when it was answered already, has expired, or is not this browser's */
    Pending require(String page, @Nullable String browserProof) {
        boolean proven = browserProof != null
                && MessageDigest.isEqual(
                        browserProof.getBytes(StandardCharsets.UTF_8),
                        browserProof(page).getBytes(StandardCharsets.UTF_8));
        return Optional.of(page)
                .filter(text -> proven)
                .flatMap(this::find)
                .orElseThrow(() -> new Problem(ErrorType.AUTHORIZE_REQUEST_OVER));
    }

    private Optional<Pending> find(String page) {
        return Secret.parse(SecretKind.AUTHORIZATION_REQUEST, page)
                .flatMap(secret -> repository
                        .find(secret.tenantId(), secret.hash(), PAGE)
                        .map(row -> new Pending(
                                json.read(row.parameters(), PARAMETERS),
                                row.projectId(),
                                hex(secret),
                                row.pushedHash(),
                                row.createdAt())));
    }

    /** Takes a request that an app has pushed; what it answers is its {@code request_uri}. */
    String push(ConnectedApp app, HostedRequest request) {
        Secret secret = Secret.mint(SecretKind.PUSHED_REQUEST, app.projectId());
        transactions.write(() -> repository.insert(
                app.projectId(),
                secret.hash(),
                PUSHED,
                app.appId(),
                json.write(request.parameters()),
                null,
                PUSHED_SECONDS));
        return URN + secret.reveal();
    }

    private Pending pushed(ConnectedApp app, String requestUri) {
        return Secret.parse(SecretKind.PUSHED_REQUEST, requestUri.substring(URN.length()))
                .filter(secret -> secret.tenantId().equals(app.projectId()))
                .flatMap(secret -> repository
                        .find(app.projectId(), secret.hash(), PUSHED)
                        .filter(row -> app.appId().equals(row.appId()))
                        .map(row -> new Pending(
                                json.read(row.parameters(), PARAMETERS), app.projectId(), null, hex(secret), null)))
                .orElseThrow(() -> new Problem(ErrorType.AUTHORIZE_REQUEST_OVER));
    }

    /**
     * Marks it as answered, in the transaction that is open.
     *
     * @throws Problem when it was answered already, here or in another tab
     */
    void answer(Pending pending) {
        boolean first = (pending.pageHash() == null || repository.use(pending.projectId(), pending.pageHash()) == 1)
                && (pending.pushedHash() == null || repository.use(pending.projectId(), pending.pushedHash()) == 1);
        if (!first) {
            throw new Problem(ErrorType.AUTHORIZE_REQUEST_OVER);
        }
    }

    private static String hex(Secret secret) {
        return HexFormat.of().formatHex(secret.hash());
    }
}
