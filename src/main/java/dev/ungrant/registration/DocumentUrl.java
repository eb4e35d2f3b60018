package dev.ungrant.registration;

import dev.ungrant.connectedapps.SafeUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * An address that an app uses as its client_id (draft-ietf-oauth-client-id-metadata-document §3): https, with a path, without
 * dots to go up by, a fragment or a user name. A query is allowed there but discouraged, and refused here: one site could
 * else be any number of apps.
 */
record DocumentUrl(String text, String host) {
    private static final int LONGEST = 2048;

    static Optional<DocumentUrl> of(String clientId) {
        if (clientId.length() > LONGEST || !clientId.startsWith("http")) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(clientId);
            String path = uri.getRawPath();
            boolean plain = path != null
                    && path.length() > 1
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && List.of(path.split("/")).stream().noneMatch(part -> part.equals(".") || part.equals(".."));
            // Which says no to everything but https, or http on this machine; the fetching says no to that too, but in
            // the demo.
            return plain ? SafeUrl.of(clientId).map(url -> new DocumentUrl(clientId, url.host())) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
