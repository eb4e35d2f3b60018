package dev.ungrant.organizations;

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
 * Pictures of organizations under an address that holds the hash of what they are. Open, since sign-in pages show them; whoever
 * does not know the address finds nothing.
 */
@Controller("/logos/organizations")
final class OrganizationLogoEndpoint {
    private final OrganizationLogos logos;

    OrganizationLogoEndpoint(OrganizationLogos logos) {
        this.logos = logos;
    }

    @Open
    @Get("/{organization}/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> logo(String organization, String name) {
        return HttpResponse.ok(find(organization, name))
                .contentType(MediaType.IMAGE_PNG_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"logo.png\"");
    }

    private byte[] find(String organization, String name) {
        UUID organizationId;
        byte[] hash;
        try {
            organizationId = UUID.fromString(organization);
            hash = HexFormat.of().parseHex(name.replaceFirst("\\.png$", ""));
        } catch (IllegalArgumentException e) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return logos.picture(organizationId, hash).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
    }
}
