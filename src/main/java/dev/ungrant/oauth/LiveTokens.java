package dev.ungrant.oauth;

import dev.ungrant.connectedapps.LastUses;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.secrets.Secret;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Whether a token is alive, now; always asked together with what it hangs on. */
@Singleton
final class LiveTokens {
    private final TokenRepository repository;
    private final RefreshRepository refreshes;
    private final AppTokenRepository appTokens;
    private final LastUses lastUses;
    private final Pepper pepper;

    LiveTokens(
            TokenRepository repository,
            RefreshRepository refreshes,
            AppTokenRepository appTokens,
            LastUses lastUses,
            Pepper pepper) {
        this.repository = repository;
        this.refreshes = refreshes;
        this.appTokens = appTokens;
        this.lastUses = lastUses;
        this.pepper = pepper;
    }

    /** The token if it is alive, whoever asks. */
    Optional<LiveToken> find(PresentedToken token) {
        return repository.findLive(token.tenantId(), token.hash());
    }

    /** The token if it is alive, is the client's own, and the client has this secret: all in the one query. */
    Optional<LiveToken> findOfClient(PresentedToken token, UUID appId, String clientSecret) {
        return repository.findLiveOfClient(token.tenantId(), token.hash(), appId, pepper.hash(clientSecret));
    }

    void noteUse(LiveToken token) {
        lastUses.note(token.tenantId(), token.grantId(), token.authorizationId());
    }

    /** The refresh token if it is alive. */
    Optional<RefreshRow> findRefreshToken(Secret token) {
        return refreshes
                .find(token.tenantId(), token.hash(), Tokens.GRACE_SECONDS)
                .filter(RefreshRow::isLive);
    }

    /** The token that an app got for itself, if it is alive. */
    Optional<AppToken> findAppToken(PresentedToken token) {
        return appTokens.findLive(token.tenantId(), token.hash());
    }
}
