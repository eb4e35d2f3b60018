package dev.ungrant.sessions;

import dev.ungrant.preferences.Preferences;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Where the link of an invitation leads: a page that asks, and a yes that signs in. */
@Controller("/join")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class JoinPages {
    private final InvitationLinks links;
    private final Sessions sessions;
    private final JoinCookie invitations;
    private final PortalCookie cookie;
    private final Preferences preferences;
    private final Pages pages;
    private final Words words;
    private final ClientAddress addresses;

    JoinPages(
            InvitationLinks links,
            Sessions sessions,
            JoinCookie invitations,
            PortalCookie cookie,
            Preferences preferences,
            Pages pages,
            Words words,
            ClientAddress addresses) {
        this.links = links;
        this.sessions = sessions;
        this.invitations = invitations;
        this.cookie = cookie;
        this.preferences = preferences;
        this.pages = pages;
        this.words = words;
        this.addresses = addresses;
    }

    @Open
    @Get("/{link}")
    HttpResponse<?> follow(HttpRequest<?> request, String link) {
        MutableHttpResponse<?> toPage = HttpResponse.seeOther(URI.create("/join"));
        return Secret.parse(SecretKind.INVITATION, link)
                .<HttpResponse<?>>map(secret -> toPage.cookie(invitations.holding(secret)))
                .orElseGet(() -> over(request));
    }

    @Open
    @Get
    HttpResponse<?> question(HttpRequest<?> request) {
        Optional<InvitationLinks.Invited> invited =
                invitations.invitation(request).flatMap(links::find);
        if (invited.isEmpty()) {
            return over(request);
        }
        Moments moments = new Moments(words, words.locale(request), Instant.now());
        return pages.page(
                request,
                "sessions/join",
                Map.of(
                        "person", invited.get().person(),
                        "until", moments.of(invited.get().expiresAt())));
    }

    /** A session that the browser had before is over, as after any sign-in. */
    @Open
    @Post
    HttpResponse<?> join(HttpRequest<?> request) {
        Via via = new Via(Via.Door.PORTAL, RequestId.of(request), addresses.of(request));
        String userAgent = request.getHeaders().get("User-Agent", String.class).orElse("");
        return invitations
                .invitation(request)
                .flatMap(link -> links.accept(link, via, userAgent))
                .<HttpResponse<?>>map(joined -> {
                    Sessions.Begun begun = joined.begun();
                    if (begun == null) {
                        String organization =
                                WireId.of("organization", joined.person().tenantId());
                        return HttpResponse.seeOther(URI.create("/sign-in/" + organization))
                                .cookie(invitations.removed());
                    }
                    cookie.session(request, sessions).ifPresent(old -> sessions.end(old.tenantId(), old.sessionId()));
                    MutableHttpResponse<?> entered = HttpResponse.seeOther(URI.create("/"))
                            .cookie(cookie.holding(begun.token().reveal()))
                            .cookie(invitations.removed());
                    preferences.cookie(begun.session().subject()).ifPresent(entered::cookie);
                    return entered;
                })
                .orElseGet(() -> over(request));
    }

    private HttpResponse<?> over(HttpRequest<?> request) {
        return pages.page(request, HttpStatus.GONE, "sessions/join-over", Map.of())
                .cookie(invitations.removed());
    }
}
