package dev.ungrant.connectedapps;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/**
 * Where an app may be sent back to. Registered once, compared exactly afterwards; only a loopback address may come with
 * another port, since a native app cannot know which one is free (RFC 8252 §7.3).
 */
public final class RedirectUrls {
    static final int MOST = 50;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private RedirectUrls() {}

    /** @throws Problem naming the rule that a URL breaks (contract §7.2) */
    static void check(List<String> urls, ClientType type) {
        if (urls.size() > MOST) {
            throw new Problem(
                    ErrorType.CONNECTED_APP_INVALID_REDIRECT_URL, "An app has at most " + MOST + " redirect URLs.");
        }
        urls.forEach(url -> check(url, type));
    }

    private static void check(String text, ClientType type) {
        URI url = parse(text);
        if (url == null || url.getRawFragment() != null || url.getRawUserInfo() != null || text.contains("*")) {
            throw new Problem(
                    ErrorType.CONNECTED_APP_INVALID_REDIRECT_URL,
                    "A redirect URL is a URL without fragment, user or wildcard.");
        }
        if (url.getScheme() == null) {
            throw new Problem(ErrorType.CONNECTED_APP_REDIRECT_URL_MUST_INCLUDE_SCHEME);
        }
        switch (url.getScheme()) {
            case "https" -> requireHost(url);
            case "http" -> {
                requireHost(url);
                if (!LOOPBACK.contains(url.getHost())) {
                    throw new Problem(ErrorType.CONNECTED_APP_REDIRECT_URL_HTTP_SCHEME_MUST_USE_LOOPBACK);
                }
            }
            default -> {
                // A private-use scheme is a reversed domain name (RFC 8252 §7.1), which rules out javascript: and
                // data:.
                if (!type.isPublic() || !url.getScheme().contains(".")) {
                    throw new Problem(ErrorType.CONNECTED_APP_REDIRECT_URL_MUST_USE_HTTPS_SCHEME);
                }
            }
        }
    }

    private static void requireHost(URI url) {
        if (url.getHost() == null) {
            throw new Problem(ErrorType.CONNECTED_APP_INVALID_REDIRECT_URL);
        }
    }

    /** Whether the URL that a request names is one of those that are registered. */
    public static boolean match(List<String> registered, String requested) {
        return registered.contains(requested)
                || registered.stream().anyMatch(url -> sameButForLoopbackPort(url, requested));
    }

    private static boolean sameButForLoopbackPort(String registered, String requested) {
        URI left = parse(registered);
        URI right = parse(requested);
        if (left == null || right == null || !"http".equals(left.getScheme()) || !LOOPBACK.contains(left.getHost())) {
            return false;
        }
        return withoutPort(left, registered).equals(withoutPort(right, requested)) && right.getRawUserInfo() == null;
    }

    /** The text itself without the port: everything else must be the same to the letter. */
    private static String withoutPort(URI url, String text) {
        if (url.getPort() < 0 || url.getHost() == null) {
            return text;
        }
        String authority = url.getHost() + ":" + url.getPort();
        int at = text.indexOf(authority);
        return at < 0 ? text : text.substring(0, at) + url.getHost() + text.substring(at + authority.length());
    }

    private static URI parse(String text) {
        try {
            return text.length() > 2048 ? null : new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
