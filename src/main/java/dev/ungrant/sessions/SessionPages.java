package dev.ungrant.sessions;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** A person's own sessions, and the end of any of them. */
@Controller("/sessions")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class SessionPages {
    private final Sessions sessions;
    private final PortalCookie cookie;
    private final Pages pages;
    private final Words words;

    SessionPages(Sessions sessions, PortalCookie cookie, Pages pages, Words words) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.pages = pages;
        this.words = words;
    }

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        Locale locale = words.locale(request);
        Moments moments = new Moments(words, locale, Instant.now());
        List<SessionRow> rows = sessions.of(caller.subject()).stream()
                .map(session ->
                        SessionRow.of(session, session.sessionId().equals(caller.sessionId()), words, locale, moments))
                .sorted((left, right) -> Boolean.compare(right.current(), left.current()))
                .toList();
        return pages.page(request, "sessions/list", Map.of("rows", rows));
    }

    /** Somebody else's session is not found; one that has ended already is ended again, which changes nothing. */
    @Post("/{id}/end")
    HttpResponse<?> end(SessionCaller caller, String id) {
        UUID sessionId = WireId.parse("session", id).orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
        sessions.locate(caller.projectId(), sessionId)
                .filter(session -> session.subject().equals(caller.subject()))
                .ifPresent(session -> sessions.revoke(caller, session));
        return sessionId.equals(caller.sessionId())
                ? HttpResponse.seeOther(URI.create("/sign-in")).cookie(cookie.removed())
                : HttpResponse.seeOther(URI.create("/sessions"));
    }
}
