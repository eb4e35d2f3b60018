package dev.ungrant.secrets;

/** What our signatures are made with (RFC 7518 §3.1); the names are those on the wire. */
public enum SigningAlgorithm {
    RS256,
    ES256
}
