package dev.ungrant.oauth;

import java.util.regex.Pattern;

/** PKCE challenges (RFC 7636). */
final class CodeChallenges {
    /** The base64url of 32 bytes. */
    private static final Pattern S256 = Pattern.compile("[A-Za-z0-9_-]{43}");

    private CodeChallenges() {}

    static boolean isS256(String challenge) {
        return S256.matcher(challenge).matches();
    }
}
