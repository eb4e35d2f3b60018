package dev.ungrant.sessions;

import dev.ungrant.projects.Origin;
import dev.ungrant.projects.SdkAccess;
import dev.ungrant.projects.SdkAccesses;
import dev.ungrant.projects.Vertical;
import dev.ungrant.secrets.Secret;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.uri.UriBuilder;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;

/** The addresses of links in sign-in mails: pages of the project's own origins only, since the link's token goes there. */
@Singleton
final class PageLinks {
    private static final int LONGEST = 2048;

    private final SdkAccesses accesses;

    PageLinks(SdkAccesses accesses) {
        this.accesses = accesses;
    }

    /**
     * Where a link is to lead.
     *
     * @param page as the request says it; null: {@code /authenticate} at the origin that asks
     * @throws Problem {@code no_match_for_provided_magic_link_url}
     */
    String target(SdkClient client, @Nullable String page) {
        if (page == null || page.isBlank()) {
            if (client.origin() == null) {
                throw new Problem(ErrorType.NO_MATCH_FOR_PROVIDED_MAGIC_LINK_URL);
            }
            return client.origin() + "/authenticate";
        }
        try {
            URI uri = new URI(page);
            if (page.length() <= LONGEST
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && isOurs(client, new URI(uri.getScheme(), uri.getAuthority(), null, null, null))) {
                return page;
            }
        } catch (URISyntaxException | Problem e) {
            // It is no address, or one that cannot be an origin's.
        }
        throw new Problem(ErrorType.NO_MATCH_FOR_PROVIDED_MAGIC_LINK_URL);
    }

    private boolean isOurs(SdkClient client, URI origin) {
        return accesses.find(
                        client.access().publicToken(),
                        Origin.require(origin.toString()).text())
                .filter(SdkAccess::originAllowed)
                .isPresent();
    }

    /** With what the SDK looks for when the page is opened by the link. */
    static String with(String target, SdkClient client, Secret token) {
        boolean member = client.access().vertical() == Vertical.B2B;
        return UriBuilder.of(URI.create(target))
                .queryParam("stytch_token_type", member ? "multi_tenant_magic_links" : "magic_links")
                .queryParam("token", token.reveal())
                .build()
                .toString();
    }
}
