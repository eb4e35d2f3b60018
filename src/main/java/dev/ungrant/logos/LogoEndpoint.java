package dev.ungrant.logos;

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
 * Pictures under an address that holds the hash of what they are, so that they may be kept for ever. Open, since they say
 * nothing about anybody, and pages for people who are not signed in yet name some.
 */
@Controller("/logos")
final class LogoEndpoint {
    private final Logos logos;

    LogoEndpoint(Logos logos) {
        this.logos = logos;
    }

    @Open
    @Get("/{owner}/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> logo(String owner, String name) {
        byte[] png = find(owner, name);
        return HttpResponse.ok(png)
                .contentType(MediaType.IMAGE_PNG_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                // Whoever opens the address itself gets a file and no document of our origin.
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"logo.png\"");
    }

    private byte[] find(String owner, String name) {
        UUID ownerId;
        byte[] hash;
        try {
            ownerId = UUID.fromString(owner);
            hash = HexFormat.of().parseHex(name.replaceFirst("\\.png$", ""));
        } catch (IllegalArgumentException e) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return logos.picture(ownerId, hash).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
    }
}
