package dev.ungrant.connectedapps;

import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Makes what pages show of what a person's grants are. */
@Singleton
final class AppRows {
    static final int IDLE_DAYS = 30;
    private static final int SOON_DAYS = 14;

    private final Words words;
    private final Permits permits;

    AppRows(Words words, Permits permits) {
        this.words = words;
        this.permits = permits;
    }

    List<AppRow> of(List<GrantedApp> grants, UUID projectId, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        Permits.Reader reader = permits.reader(projectId, locale);
        return grants.stream().map(grant -> row(grant, reader, moments)).toList();
    }

    private static AppRow row(GrantedApp grant, Permits.Reader reader, Moments moments) {
        List<Permit> permits = reader.read(grant.scopes());
        long days = grant.expiresAt() == null ? 0 : days(moments.now(), grant.expiresAt());
        AppRow.Status status = status(grant, days, moments.now());
        return new AppRow(
                grant,
                permits,
                status,
                days,
                attention(grant, permits, status, moments.now()),
                grant.lastUsedAt() == null ? null : moments.of(grant.lastUsedAt()),
                moments.of(grant.grantedAt()),
                grant.expiresAt() == null ? null : moments.of(grant.expiresAt()),
                grant.revokedAt() == null ? null : moments.of(grant.revokedAt()));
    }

    private static long days(Instant now, Instant end) {
        return Math.max(0, Duration.between(now, end).toDays());
    }

    private static AppRow.Status status(GrantedApp grant, long days, Instant now) {
        if (grant.revokedAt() != null) {
            return grant.revokedWhy() == EndReason.EXPIRED ? AppRow.Status.EXPIRED : AppRow.Status.REMOVED;
        }
        if (grant.expiresAt() != null && grant.expiresAt().isBefore(now)) {
            return AppRow.Status.EXPIRED;
        }
        if (grant.askedAgainAt() != null) {
            return AppRow.Status.ASKED_AGAIN;
        }
        if (grant.expiresAt() != null && days <= SOON_DAYS) {
            return AppRow.Status.EXPIRING;
        }
        if (isIdle(grant, now)) {
            return AppRow.Status.IDLE;
        }
        return grant.hasLiveToken() ? AppRow.Status.ACTIVE : AppRow.Status.NO_TOKEN;
    }

    private static boolean isIdle(GrantedApp grant, Instant now) {
        Instant last = grant.lastUsedAt() == null ? grant.authorizedAt() : grant.lastUsedAt();
        return Duration.between(last, now).toDays() >= IDLE_DAYS;
    }

    /** The more of it, the earlier in the list: what lies idle with much power comes first. */
    private static int attention(GrantedApp grant, List<Permit> permits, AppRow.Status status, Instant now) {
        boolean risky = permits.stream().anyMatch(Permit::isHigh);
        boolean stranger =
                grant.publisherVerifiedAt() == null && !grant.clientType().isFirstParty();
        int attention = isIdle(grant, now) ? 4 : 0;
        attention += isIdle(grant, now) && risky ? 2 : 0;
        attention += status == AppRow.Status.EXPIRING ? 2 : 0;
        return attention + (risky && stranger ? 1 : 0);
    }
}
