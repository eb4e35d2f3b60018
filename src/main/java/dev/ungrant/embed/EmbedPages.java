package dev.ungrant.embed;

import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.PortalCookie;
import dev.ungrant.sessions.Session;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.util.Map;

/** What stands at the edge of a frame; what is in it is drawn by the doors that draw it in the portal. */
@Controller
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class EmbedPages {
    private final EmbedTokens tokens;
    private final Themes themes;
    private final PortalCookie cookie;
    private final RateLimits limits;
    private final ClientAddress addresses;
    private final Pages pages;

    EmbedPages(
            EmbedTokens tokens,
            Themes themes,
            PortalCookie cookie,
            RateLimits limits,
            ClientAddress addresses,
            Pages pages) {
        this.tokens = tokens;
        this.themes = themes;
        this.cookie = cookie;
        this.limits = limits;
        this.addresses = addresses;
        this.pages = pages;
    }

    /** Does nothing: a page that may not be shown still runs here, and its cookie would be kept. */
    @Open
    @Get(uris = {"/embed", "/link"})
    HttpResponse<?> nothing(HttpRequest<?> request) {
        return pages.page(request, "embed/nothing", Map.of());
    }

    /** For hosts that show no frames: the same token opens the portal itself, once, as a page of its own. */
    @Open
    @Post("/link")
    HttpResponse<?> link(HttpRequest<?> request, @Body Map<String, String> form) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        String destination = request.getHeaders().get("Sec-Fetch-Dest");
        boolean fromAHost = site == null || site.equals("cross-site") || site.equals("same-site");
        if (!fromAHost || destination != null && !destination.equals("document")) {
            throw new Problem(ErrorType.FORGED_REQUEST);
        }
        limits.countHandOver(addresses.of(request));
        Via via = new Via(
                Via.Door.PORTAL,
                RequestId.of(request),
                addresses.of(request),
                request.getHeaders().get(HttpHeaders.USER_AGENT, String.class).orElse(""));
        EmbedTokens.HandedOver handedOver = tokens.use(
                form.getOrDefault("token", ""), request.getHeaders().get(HttpHeaders.ORIGIN), Session.Kind.PORTAL, via);
        return handedOver instanceof EmbedTokens.HandedOver.Opened opened
                ? HttpResponse.seeOther(URI.create("/"))
                        .cookie(cookie.holding(opened.handle().reveal()))
                : pages.page(request, HttpStatus.UNAUTHORIZED, "embed/over", Map.of("known", false));
    }

    /** Of nobody in particular: all that the style sheet says stands in its address. */
    @Open
    @Get("/embed/theme.css")
    @Produces(MediaType.ALL)
    HttpResponse<?> theme(HttpRequest<?> request, @Nullable String mode) {
        Map<String, String> query = request.getParameters().asMap(String.class, String.class);
        if (request.getParameters().names().size() > 30) {
            throw new Problem(ErrorType.INVALID_EMBED_THEME);
        }
        return HttpResponse.ok(themes.sheet(themes.read(query), mode == null ? "auto" : mode))
                .contentType(MediaType.of("text/css; charset=utf-8"))
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=86400");
    }

    /** So that a session that is in use in a page which asks for nothing does not end. */
    @Get("/embed/session")
    HttpResponse<?> touch() {
        return HttpResponse.noContent();
    }
}
