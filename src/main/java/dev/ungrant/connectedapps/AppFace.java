package dev.ungrant.connectedapps;

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
    private static final int TINTS = 8;

    static AppFace of(GrantedApp grant) {
        return new AppFace(
                initials(grant.name()),
                logo(grant.appId(), grant.logoHash()),
                Math.floorMod(grant.appId().hashCode(), TINTS),
                SafeUrl.of(grant.publisherUrl()).map(SafeUrl::host).orElse(null),
                grant.publisherVerifiedAt() != null,
                grant.clientType().isFirstParty(),
                !grant.creationMethod().equals("MANUAL"));
    }

    public static AppFace of(ConnectedApp app) {
        return new AppFace(
                initials(app.name()),
                logo(app.appId(), app.logoHash()),
                Math.floorMod(app.appId().hashCode(), TINTS),
                SafeUrl.of(app.publisherUrl()).map(SafeUrl::host).orElse(null),
                app.publisherVerifiedAt() != null,
                app.clientType().isFirstParty(),
                !app.creationMethod().equals("MANUAL"));
    }

    @Nullable
    private static String logo(UUID appId, @Nullable String hash) {
        return hash == null ? null : "/logos/" + appId + '/' + hash + ".png";
    }

    /** The first letters of the first two words; code points, since a name may be written in anything. */
    static String initials(String name) {
        StringBuilder letters = new StringBuilder();
        for (String word : name.strip().split("[\\s_./-]+")) {
            int first = word.codePoints()
                    .filter(Character::isLetterOrDigit)
                    .findFirst()
                    .orElse(-1);
            if (first >= 0 && letters.codePointCount(0, letters.length()) < 2) {
                letters.appendCodePoint(Character.toUpperCase(first));
            }
        }
        return letters.isEmpty() ? "?" : letters.toString();
    }
}
