package dev.ungrant.connectedapps;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Pictures of apps under an address that holds the hash of what they are, so that they may be kept for ever. Open, since they
 * say nothing about anybody: the page of a person who is not signed in yet may name one.
 */
@Controller("/logos")
final class LogoEndpoint {
    private final Logos logos;

    LogoEndpoint(Logos logos) {
        this.logos = logos;
    }

    @Open
    @Get("/{app}/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> logo(String app, String name) {
        byte[] png = find(app, name);
        return HttpResponse.ok(png)
                .contentType(MediaType.IMAGE_PNG_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                // Whoever opens the address itself gets a file and no document of our origin.
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"logo.png\"");
    }

    private byte[] find(String app, String name) {
        UUID appId;
        byte[] hash;
        try {
            appId = UUID.fromString(app);
            hash = HexFormat.of().parseHex(name.replaceFirst("\\.png$", ""));
        } catch (IllegalArgumentException e) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return logos.picture(appId, hash).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
    }
}
