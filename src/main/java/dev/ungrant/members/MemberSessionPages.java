package dev.ungrant.members;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.WireId;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.util.UUID;

/** Signs a member out: of one place, or of all. */
@Controller(MemberFilter.PATH + "/{member}/sessions")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class MemberSessionPages {
    private final MemberAccess access;
    private final Sessions sessions;

    MemberSessionPages(MemberAccess access, Sessions sessions) {
        this.access = access;
        this.sessions = sessions;
    }

    /** The session of somebody else is not found; one that has ended already is ended again, which changes nothing. */
    @Post("/{id}/end")
    HttpResponse<?> end(SessionCaller caller, HttpRequest<?> request, String member, String id) {
        Member found = access.member(caller, member);
        UUID sessionId = WireId.parse("session", id).orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND));
        sessions.revoke(
                caller,
                sessions.locate(caller.projectId(), sessionId)
                        .filter(session -> session.subject().equals(found.subject()))
                        .orElseThrow(() -> new Problem(ErrorType.SESSION_NOT_FOUND)));
        return done(request, found);
    }

    @Post("/end")
    HttpResponse<?> endAll(SessionCaller caller, HttpRequest<?> request, String member) {
        Member found = access.member(caller, member);
        sessions.revokeAll(caller, found.subject());
        return done(request, found);
    }

    private static HttpResponse<?> done(HttpRequest<?> request, Member member) {
        return HttpResponse.seeOther(
                URI.create(MemberFilter.PATH + '/' + member.wireId() + "?did=" + RequestId.of(request) + "#sessions"));
    }
}
