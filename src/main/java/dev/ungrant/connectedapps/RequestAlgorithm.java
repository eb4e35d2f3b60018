package dev.ungrant.connectedapps;

/** What an app signs its request objects with (RFC 7518 §3.1), by the names on the wire but for {@code none}. */
public enum RequestAlgorithm {
    /** Not at all (OpenID Connect Core §6.1). */
    NONE,
    ES256,
    PS256,
    RS256;

    public String wireName() {
        return this == NONE ? "none" : name();
    }
}
