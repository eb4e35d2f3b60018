package dev.ungrant.connectedapps;

import dev.ungrant.logos.Logos;
import dev.ungrant.web.Initials;
import io.micronaut.core.annotation.Nullable;
import java.util.UUID;

/**
 * What an app looks like and who stands behind it. Its picture comes from here and not from the app, which must not
 * learn who looks.
 *
 * @param logo address of its picture at our origin; null: its initials
 * @param tint one of eight colours, always the same for the same app
 * @param host of its publisher, as it says itself; null when unknown
 */
public record AppFace(
        String initials,
        @Nullable String logo,
        int tint,
        @Nullable String host,
        boolean verified,
        boolean own,
        boolean selfRegistered) {
    public static AppFace of(GrantedApp grant) {
        return new AppFace(
                Initials.of(grant.name()),
                logo(grant.appId(), grant.logoHash()),
                Initials.tint(grant.appId()),
                SafeUrl.of(grant.publisherUrl()).map(SafeUrl::host).orElse(null),
                grant.publisherVerifiedAt() != null,
                grant.clientType().isFirstParty(),
                !grant.creationMethod().equals("MANUAL"));
    }

    public static AppFace of(ConnectedApp app) {
        return new AppFace(
                Initials.of(app.name()),
                logo(app.appId(), app.logoHash()),
                Initials.tint(app.appId()),
                SafeUrl.of(app.publisherUrl()).map(SafeUrl::host).orElse(null),
                app.publisherVerifiedAt() != null,
                app.clientType().isFirstParty(),
                !app.creationMethod().equals("MANUAL"));
    }

    @Nullable
    private static String logo(UUID appId, @Nullable String hash) {
        return hash == null ? null : Logos.path(appId, hash);
    }
}
