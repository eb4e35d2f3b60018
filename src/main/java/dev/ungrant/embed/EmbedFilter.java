package dev.ungrant.embed;

import dev.ungrant.rbac.Via;
import dev.ungrant.sessions.EmbeddedSessions;
import dev.ungrant.sessions.PortalSessions;
import dev.ungrant.sessions.Session;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.ForgeryFilter;
import dev.ungrant.web.FormBody;
import dev.ungrant.web.Frame;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Json;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Visitor;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets sessions in under {@code /embed}: whoever a host hands over in the body of a post, and from then on whoever holds the
 * session's handle, in a cookie or a header. Every answer names the one origin that may show it, or none.
 */
@ServerFilter({"/embed", "/embed/**"})
@Order(-50)
final class EmbedFilter {
    static final String HEADER = "X-Embed-Session";
    static final String LANGUAGE = "X-Embed-Locale";

    private static final String OPENED = "ungrant.embed.opened";
    private static final Set<String> SITES_OF_HOSTS = Set.of("cross-site", "same-site");
    private static final Set<String> FRAMES = Set.of("iframe", "frame");

    private final EmbedTokens tokens;
    private final EmbedOrigins origins;
    private final EmbeddedSessions sessions;
    private final PortalSessions portal;
    private final RateLimits limits;
    private final ClientAddress addresses;
    private final Pages pages;
    private final Json json;

    EmbedFilter(
            EmbedTokens tokens,
            EmbedOrigins origins,
            EmbeddedSessions sessions,
            PortalSessions portal,
            RateLimits limits,
            ClientAddress addresses,
            Pages pages,
            Json json) {
        this.tokens = tokens;
        this.origins = origins;
        this.sessions = sessions;
        this.portal = portal;
        this.limits = limits;
        this.addresses = addresses;
        this.pages = pages;
        this.json = json;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        RouteMatch<?> route = RouteAttributes.getRouteMatch(request).orElse(null);
        if (route == null || route.getRouteInfo().getAnnotationMetadata().hasAnnotation(Open.class)) {
            return null;
        }
        boolean handOver = request.getPath().equals(Frame.ROOT) && request.getMethod() == HttpMethod.POST;
        return handOver ? handOver(request) : goOn(request);
    }

    /** Only into a frame of another origin's page; the token's own origin is compared in the statement that uses it up. */
    @Nullable
    private HttpResponse<?> handOver(HttpRequest<?> request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        String destination = request.getHeaders().get("Sec-Fetch-Dest");
        if (site != null && !SITES_OF_HOSTS.contains(site) || destination != null && !FRAMES.contains(destination)) {
            throw new Problem(ErrorType.FORGED_REQUEST);
        }
        limits.countHandOver(addresses.of(request));
        String token = FormBody.field(request, "token");
        EmbedTokens.HandedOver handedOver = tokens.use(
                token == null ? "" : token,
                request.getHeaders().get(HttpHeaders.ORIGIN),
                Session.Kind.EMBED,
                via(request));
        return switch (handedOver) {
            case EmbedTokens.HandedOver.Opened opened -> {
                request.setAttribute(OPENED, opened);
                enter(request, opened.session(), opened.terms(), opened.handle().reveal());
                yield null;
            }
            case EmbedTokens.HandedOver.Refused refused -> over(request, Optional.ofNullable(refused.terms()));
        };
    }

    @Nullable
    private HttpResponse<?> goOn(HttpRequest<?> request) {
        String header = request.getHeaders().get(HEADER);
        String cookie = EmbedCookie.handle(request);
        String handle = header == null ? cookie : header;
        if (handle == null || cookie != null && !cookie.equals(handle)) {
            return over(request, Optional.empty());
        }
        Optional<Session> session = sessions.find(handle);
        Optional<Terms> terms = session.map(Session::embed)
                .or(() -> sessions.embedOf(handle))
                .map(text -> json.read(text, Terms.class))
                .filter(found -> sessions.tenantOf(handle)
                        .filter(tenant -> origins.has(tenant, found.origin()))
                        .isPresent());
        if (session.isEmpty() || terms.isEmpty()) {
            return over(request, terms);
        }
        enter(request, session.get(), terms.get(), null);
        if (header == null) {
            ForgeryFilter.requireToken(request, Visitor.of(request).orElseThrow());
        }
        return null;
    }

    private void enter(HttpRequest<?> request, Session session, Terms terms, @Nullable String handle) {
        long seconds = Duration.between(Instant.now(), session.expiresAt()).toSeconds();
        String person = WireId.of(session.subject().isMember() ? "member" : "user", session.subjectId());
        enter(request, terms, terms.frame(handle, person, seconds));
        portal.enter(request, session, Via.Door.EMBED);
    }

    /** In the language that the host has said last: to the frame that is open, or when it handed the person over. */
    private static void enter(HttpRequest<?> request, Terms terms, Frame frame) {
        frame.enter(request);
        Locale asked = Languages.of(request);
        Locale language = Optional.ofNullable(request.getHeaders().get(LANGUAGE))
                .filter(tag -> tag.length() <= 35)
                .flatMap(TermsReader::language)
                .or(() -> Optional.ofNullable(terms.locale()).flatMap(TermsReader::language))
                .orElse(asked);
        ZoneId zone = Optional.ofNullable(terms.zone()).flatMap(Languages::zone).orElseGet(() -> Languages.zone(asked));
        Languages.answerIn(request, Languages.locale(language, zone));
    }

    /**
     * The session is over, or never was. A host whose token or session it was may show that; its script then hands the
     * person over anew.
     */
    private HttpResponse<?> over(HttpRequest<?> request, Optional<Terms> terms) {
        terms.ifPresent(known -> enter(request, known, known.frame(null, null, 0)));
        Map<String, Object> model = Map.of("known", terms.isPresent());
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, HttpStatus.UNAUTHORIZED, "embed/over", "problem", model)
                        : pages.page(request, HttpStatus.UNAUTHORIZED, "embed/over", model));
    }

    private Via via(HttpRequest<?> request) {
        return new Via(
                Via.Door.EMBED,
                RequestId.of(request),
                addresses.of(request),
                request.getHeaders().get(HttpHeaders.USER_AGENT, String.class).orElse(""));
    }

    @ResponseFilter
    void remember(HttpRequest<?> request, MutableHttpResponse<?> response) {
        request.getAttribute(OPENED, EmbedTokens.HandedOver.Opened.class)
                .ifPresent(opened -> response.getHeaders()
                        .add(
                                HttpHeaders.SET_COOKIE,
                                EmbedCookie.holding(
                                        opened.handle(), opened.terms().minutes() * 60)));
        response.header(HttpHeaders.VARY, HEADER);
    }
}
