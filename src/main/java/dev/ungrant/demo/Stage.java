package dev.ungrant.demo;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.ungrant.connectedapps.AppDraft;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.database.Transactions;
import dev.ungrant.embed.EmbedOrigins;
import dev.ungrant.oauth.AuthorizationRequest;
import dev.ungrant.oauth.Authorizations;
import dev.ungrant.oauth.Minted;
import dev.ungrant.oauth.OAuthProblem;
import dev.ungrant.oauth.TokenRequest;
import dev.ungrant.oauth.Tokens;
import dev.ungrant.projects.Origin;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What both halves of the demo need: apps, grants with real tokens and a past, and sessions. */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class Stage {
    private static final int SESSION_MINUTES = 30 * 24 * 60;

    /** Long enough to try things out all day. */
    private static final int TOKEN_MINUTES = 12 * 60;

    private static final Via VIA = new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), "127.0.0.1");

    /** Where a host application under development usually is. */
    private static final List<String> ORIGINS = List.of("http://localhost:3000", "http://localhost:5173");

    private final ConnectedApps apps;
    private final SdkAccesses sdk;
    private final EmbedOrigins frames;
    private final Authorizations authorizations;
    private final Tokens tokens;
    private final Sessions sessions;
    private final PastRepository past;
    private final Transactions transactions;
    private final Json json;
    private final String baseUrl;

    Stage(
            ConnectedApps apps,
            SdkAccesses sdk,
            EmbedOrigins frames,
            Authorizations authorizations,
            Tokens tokens,
            Sessions sessions,
            PastRepository past,
            Transactions transactions,
            Json json,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.apps = apps;
        this.sdk = sdk;
        this.frames = frames;
        this.authorizations = authorizations;
        this.tokens = tokens;
        this.sessions = sessions;
        this.past = past;
        this.transactions = transactions;
        this.json = json;
        this.baseUrl = baseUrl;
    }

    static ProjectCaller caller(UUID projectId) {
        return new ProjectCaller(projectId, VIA);
    }

    /** Lets pages of a developer's own machine use the browser SDK. */
    void letPagesIn(ProjectCaller project) {
        ORIGINS.forEach(origin -> sdk.addOrigin(project, Origin.require(origin)));
    }

    /** The same for frames; each tenant says for itself whose pages may show them. */
    void letFramesIn(ProjectCaller project, UUID tenantId) {
        ORIGINS.forEach(origin -> frames.add(project, tenantId, Origin.require(origin)));
    }

    Cast.App register(ProjectCaller project, StageApp app) {
        AppDraft draft = AppDraft.blank(project.projectId(), app.type(), app.format());
        draft.name = app.name();
        draft.description = app.description();
        draft.logoUrl = DemoLogos.addressOf(baseUrl, app.key());
        draft.redirectUrls = json.write(app.redirectUrls());
        draft.accessTokenFormat = app.format();
        draft.accessTokenExpiryMinutes = app.format() == TokenFormat.JWT ? null : TOKEN_MINUTES;
        draft.creationMethod = app.creationMethod();
        if (app.publisher() != null) {
            draft.publisherUrl = "https://" + app.publisher();
            draft.supportUrl = draft.publisherUrl + "/support";
            draft.termsUrl = draft.publisherUrl + "/terms";
            draft.privacyUrl = draft.publisherUrl + "/privacy";
        }
        ConnectedApps.WithSecret created = apps.create(project, draft.app());
        if (app.verified()) {
            apps.setPublisherVerified(project, created.app(), Instant.now());
        }
        return new Cast.App(
                created.app().wireId(),
                created.secret(),
                app.type().wireName(),
                app.name(),
                app.redirectUrls(),
                app.format().name().toLowerCase(Locale.ROOT));
    }

    /** Consents, the codes they gave and the tokens that the codes were redeemed for, all by the verbs that everybody uses. */
    Minted grant(ProjectCaller project, Subject subject, Cast.App app, StageGrant grant) {
        ConnectedApp client = apps.find(project.projectId(), app.connectedAppId());
        Map<Via, StagePlace> visits = new LinkedHashMap<>();
        for (StagePlace place : grant.earlier()) {
            Via via = via(place);
            visits.put(via, place);
            List<String> scopes = grant.formerly() == null ? grant.scopes() : grant.formerly();
            authorize(subject, client, app, scopes, ends(grant.endsInDays()), via);
        }
        Via via = via(grant.place());
        visits.put(via, grant.place());
        Minted minted = authorize(subject, client, app, grant.scopes(), ends(grant.endsInDays()), via);
        givePast(subject, client, grant, visits);
        return minted;
    }

    private static Via via(StagePlace place) {
        return new Via(
                Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), place.ipAddress(), place.userAgent());
    }

    @Nullable
    private static Instant ends(@Nullable Integer days) {
        // A bit more than whole days, so that the page says the number that was meant.
        return days == null ? null : Instant.now().plus(Duration.ofDays(days)).plus(Duration.ofHours(2));
    }

    private Minted authorize(
            Subject subject,
            ConnectedApp client,
            Cast.App app,
            List<String> scopes,
            @Nullable Instant endsAt,
            Via via) {
        CodeVerifier verifier = new CodeVerifier();
        String redirectUri = app.redirectUrls().getFirst();
        AuthorizationRequest request = new AuthorizationRequest(
                client.wireId(),
                redirectUri,
                "code",
                scopes,
                null,
                null,
                null,
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                List.of());
        Authorizations.Submitted submitted =
                authorizations.submit(themselves(subject, via), subject, request, true, Instant.now(), endsAt);
        return tokens.exchange(
                TokenRequest.plain(client, baseUrl, via), submitted.code(), redirectUri, verifier.getValue());
    }

    /** Consent is the person's own act, and their activity says so. */
    private static SessionCaller themselves(Subject subject, Via via) {
        return new SessionCaller(UUID.randomUUID(), subject, Set.of(), List.of(), via);
    }

    /** Tokens that work now for a grant that is there: refreshed where possible; empty when access was removed since. */
    Optional<Minted> renew(ProjectCaller project, Subject subject, Cast.App app, Cast.Grant earlier) {
        ConnectedApp client = apps.find(project.projectId(), app.connectedAppId());
        Optional<PastGrant> grant = past.find(subject.tenantId(), subject.id(), client.appId());
        if (grant.isEmpty()) {
            return Optional.empty();
        }
        if (earlier.refreshToken() != null) {
            try {
                return Optional.of(
                        tokens.refresh(TokenRequest.plain(client, baseUrl, VIA), earlier.refreshToken(), null));
            } catch (OAuthProblem e) {
                // The app gave its token back, or somebody used it; the grant is there, so it may ask again.
            }
        }
        Minted minted = authorize(subject, client, app, earlier.scopes(), null, VIA);
        if (earlier.refreshToken() == null) {
            transactions.write(() -> {
                stayAsItWas(subject, grant.get());
                return null;
            });
        }
        return Optional.of(minted);
    }

    /** A restart is nothing that happened in the story: the new tokens belong to the connection that was there. */
    private void stayAsItWas(Subject subject, PastGrant grant) {
        past.dropChain(subject.tenantId());
        past.unseal(subject.tenantId());
        past.approve(subject.tenantId(), grant.grantId(), grant.authorizedAt());
        past.forget(subject.tenantId(), grant.grantId(), VIA.requestId());
        List<UUID> newestFirst = past.connections(subject.tenantId(), grant.grantId());
        if (newestFirst.size() > 1) {
            past.join(subject.tenantId(), grant.grantId(), newestFirst.get(0), newestFirst.get(1));
            past.prolong(subject.tenantId(), newestFirst.get(0), newestFirst.get(1));
            past.drop(subject.tenantId(), newestFirst.get(0));
        }
    }

    private void givePast(Subject subject, ConnectedApp client, StageGrant grant, Map<Via, StagePlace> visits) {
        UUID grantId = past.find(subject.tenantId(), subject.id(), client.appId())
                .orElseThrow()
                .grantId();
        transactions.write(() -> {
            long hours = hours(grant.grantedDaysAgo());
            long uses =
                    grant.usedDaysAgo() == null ? 0 : Math.max(1, (long) grant.callsADay() * grant.grantedDaysAgo());
            past.begin(subject.tenantId(), grantId, hours, hours(grant.place().daysAgo()), uses);
            past.dropChain(subject.tenantId());
            past.unseal(subject.tenantId());
            visits.forEach((via, place) -> {
                past.rememberConsent(subject.tenantId(), via.requestId(), hours(place.daysAgo()));
                past.connect(
                        subject.tenantId(),
                        grantId,
                        via.ipAddress(),
                        hours(place.daysAgo()),
                        place.usedDaysAgo() == null ? null : minutes(place.usedDaysAgo()));
            });
            if (grant.usedDaysAgo() != null) {
                past.use(subject.tenantId(), grantId, minutes(grant.usedDaysAgo()));
                int first = (int) Math.ceil(grant.usedDaysAgo());
                for (int day = first; day < Math.min(30, grant.grantedDaysAgo()); day++) {
                    // Weekdays differ a little; the same numbers at every start.
                    past.count(subject.tenantId(), grantId, day, grant.callsADay() * (3L + day * 7 % 5) / 5 + 1);
                }
            }
            return null;
        });
    }

    private static long hours(int days) {
        return days * 24L + 3;
    }

    private static long minutes(double days) {
        return Math.round(days * 24 * 60);
    }

    Sessions.Begun session(Subject subject, String emailAddress) {
        Map<String, Object> factor = Map.of(
                "type",
                "magic_link",
                "delivery_method",
                "email",
                "last_authenticated_at",
                Instant.now().toString(),
                "email_factor",
                Map.of("email_address", emailAddress, "email_id", WireId.of("email", subject.id())));
        return sessions.begin(
                subject, Session.Kind.API, List.of(factor), SESSION_MINUTES, null, "Ungrant demo", "127.0.0.1");
    }

    String jwt(Session session) {
        return sessions.jwt(session);
    }

    /** A member's or user's session as the cast shows it: the earlier one while it lives. */
    Sessions.Begun sessionAgain(Subject subject, String emailAddress, @Nullable String earlierToken) {
        Optional<Session> alive = earlierToken == null ? Optional.empty() : sessions.findByToken(earlierToken);
        return alive.isPresent()
                ? new Sessions.Begun(
                        alive.get(),
                        Secret.parse(SecretKind.SESSION, earlierToken).orElseThrow())
                : session(subject, emailAddress);
    }
}
