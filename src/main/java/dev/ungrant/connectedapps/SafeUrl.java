package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** An address that an app gave of itself and that a page may link to: https, or http on this machine. */
public record SafeUrl(String text, String host) {
    public static Optional<SafeUrl> of(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.strip());
            String host = uri.getHost();
            if (host == null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            boolean loopback = host.equals("127.0.0.1") || host.equals("localhost");
            boolean safe =
                    "https".equalsIgnoreCase(uri.getScheme()) || loopback && "http".equalsIgnoreCase(uri.getScheme());
            return safe
                    ? Optional.of(new SafeUrl(uri.toASCIIString(), host.toLowerCase(Locale.ROOT)))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
