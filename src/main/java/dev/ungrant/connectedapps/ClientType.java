package dev.ungrant.connectedapps;

import java.util.Locale;

/** Who made the app and whether it can keep a secret (contract §7.1). */
public enum ClientType {
    FIRST_PARTY,
    FIRST_PARTY_PUBLIC,
    THIRD_PARTY,
    THIRD_PARTY_PUBLIC;

    public boolean isFirstParty() {
        return this == FIRST_PARTY || this == FIRST_PARTY_PUBLIC;
    }

    /** A public client has no secret; PKCE and rotation protect it instead. */
    public boolean isPublic() {
        return this == FIRST_PARTY_PUBLIC || this == THIRD_PARTY_PUBLIC;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
