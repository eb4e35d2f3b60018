package dev.ungrant.registration;

import com.nimbusds.jose.util.JSONArrayUtils;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Set;

/**
 * A sector_identifier_uri must list every redirect URI of the app (OpenID Connect Registration §5). It decides nothing here,
 * since subjects are public, but whoever names one is told when it is wrong.
 */
@Singleton
final class SectorCheck {
    private static final int MOST_BYTES = 64 * 1024;

    private final Fetching fetching;

    SectorCheck(Fetching fetching) {
        this.fetching = fetching;
    }

    void check(Wanted wanted) {
        URI sector = wanted.metadata().getSectorIDURI();
        if (sector == null) {
            return;
        }
        try {
            byte[] body = fetching.get(sector.toString(), Set.of("application/json"), MOST_BYTES)
                    .body();
            List<Object> listed = JSONArrayUtils.parse(new String(body, StandardCharsets.UTF_8));
            if (!listed.containsAll(Wanted.strings(wanted.metadata().getRedirectionURIs()))) {
                throw MetadataRules.refused("sector_identifier_uri does not list all redirect_uris.");
            }
        } catch (FetchException | ParseException e) {
            throw MetadataRules.refused("sector_identifier_uri cannot be fetched as a JSON array.");
        }
    }
}
