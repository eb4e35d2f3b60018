package dev.ungrant.projects;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** A web origin in the one form in which browsers send it (RFC 6454 §6.2): no path, no default port, lower case. */
public record Origin(String text) {
    private static final int LONGEST = 255;

    /**
     * Plain http is for loopback addresses only, as during development.
     *
     * @throws Problem {@code bad_request}
     */
    public static Origin require(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw refused(text);
        }
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        boolean more = uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getRawPath() != null
                        && !uri.getRawPath().isEmpty()
                        && !uri.getRawPath().equals("/");
        if (host.isEmpty() || more || !https && !("http".equalsIgnoreCase(uri.getScheme()) && isLoopback(host))) {
            throw refused(text);
        }
        boolean usualPort = uri.getPort() < 0 || uri.getPort() == (https ? 443 : 80);
        String origin = (https ? "https" : "http") + "://" + host + (usualPort ? "" : ":" + uri.getPort());
        if (origin.length() > LONGEST) {
            throw refused(text);
        }
        return new Origin(origin);
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("127.0.0.1")
                || host.equals("[::1]");
    }

    private static Problem refused(String text) {
        return new Problem(
                ErrorType.BAD_REQUEST,
                "An origin is like https://app.example.com, or http:// on a loopback address; \"" + text
                        + "\" is none.");
    }

    @Override
    public String toString() {
        return text;
    }
}
