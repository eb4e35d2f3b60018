package dev.ungrant.connectedapps;

import java.util.Locale;

/**
 * How an app proves that it is itself at the token endpoint (OpenID Connect Core §9, RFC 7591 §2). An app with a secret may
 * send it either way, whichever of the two it registered; a public app has {@link #NONE}, and only a public app.
 */
public enum ClientAuthMethod {
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    /** An assertion signed with a key of the app's (RFC 7523 §2.2). */
    PRIVATE_KEY_JWT,
    NONE;

    public boolean usesSecret() {
        return this == CLIENT_SECRET_BASIC || this == CLIENT_SECRET_POST;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
