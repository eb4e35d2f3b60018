package dev.ungrant.members;

import dev.ungrant.audit.AuditLog;
import dev.ungrant.audit.AuditRow;
import dev.ungrant.connectedapps.AppFace;
import dev.ungrant.connectedapps.GrantedApp;
import dev.ungrant.connectedapps.Grants;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.sessions.SessionRow;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Moments;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gathers what the page of one member shows. */
@Singleton
final class MemberDetails {
    private static final int APPS = 6;
    private static final int EVENTS = 8;
    private static final int OF_REQUEST = 20;

    private final MemberAccess access;
    private final MemberViews views;
    private final Invitations invitations;
    private final Sessions sessions;
    private final Grants grants;
    private final AuditLog auditLog;
    private final Words words;
    private final Json json;

    MemberDetails(
            MemberAccess access,
            MemberViews views,
            Invitations invitations,
            Sessions sessions,
            Grants grants,
            AuditLog auditLog,
            Words words,
            Json json) {
        this.access = access;
        this.views = views;
        this.invitations = invitations;
        this.sessions = sessions;
        this.grants = grants;
        this.auditLog = auditLog;
        this.words = words;
        this.json = json;
    }

    record App(String id, String name, AppFace face) {}

    /** @param reason null: none was given */
    record Event(
            String what,
            String who,
            Moments.Moment at,
            boolean denied,
            @Nullable String reason,
            String requestId) {}

    /** @param done the request that did something to the member just now; null: none */
    Map<String, Object> model(SessionCaller caller, Member member, @Nullable String done, Locale locale, Instant now) {
        Moments moments = new Moments(words, locale, now);
        MemberAccess.OfMember may = access.of(caller, member);
        List<GrantedApp> apps = may.seeApps() ? grants.list(caller, member.subject()) : List.of();
        Map<String, Object> model = new HashMap<>();
        model.put("member", views.of(caller, access.organization(caller), member, locale, now));
        model.put("may", may);
        model.put("everybody", everybody(member, locale));
        model.put(
                "apps",
                apps.stream()
                        .limit(APPS)
                        .map(app -> new App(app.appWireId(), app.name(), AppFace.of(app)))
                        .toList());
        model.put("appCount", apps.size());
        model.put("rows", may.endSessions() ? sessions(caller, member, locale, moments) : List.of());
        model.put("events", may.seeActivity() ? events(caller, member, moments, locale) : List.of());
        model.put("expires", invitations.expiry(member).map(moments::of).orElse(null));
        model.put("notice", done == null ? null : notice(member, done, locale).orElse(null));
        return model;
    }

    private MemberView.RoleView everybody(Member member, Locale locale) {
        return views.view(Policy.MEMBER_ROLE, null, List.of(words.say(locale, "role.everybody")), Set.of(), locale);
    }

    private List<SessionRow> sessions(SessionCaller caller, Member member, Locale locale, Moments moments) {
        return sessions.of(member.subject()).stream()
                .map(session ->
                        SessionRow.of(session, session.sessionId().equals(caller.sessionId()), words, locale, moments))
                .toList();
    }

    private List<Event> events(SessionCaller caller, Member member, Moments moments, Locale locale) {
        return auditLog.about(member.subject(), EVENTS).stream()
                .map(event -> event(caller, member.subject(), event, moments, locale))
                .toList();
    }

    private Event event(SessionCaller caller, Subject member, AuditRow event, Moments moments, Locale locale) {
        String key = "event." + event.action();
        String what = words.find(locale, key).orElseGet(() -> words.say(locale, "event.other", event.action()));
        String who = switch (event.actorKind()) {
            case "MEMBER", "USER" ->
                caller.subject().id().equals(event.actorId())
                        ? "event.by.you"
                        : member.id().equals(event.actorId()) ? "event.by.them" : "event.by.member";
            case "PROJECT" -> "event.by.project";
            case "APP" -> "event.by.app";
            default -> "event.by.system";
        };
        return new Event(
                what,
                words.say(locale, who),
                moments.of(event.occurredAt()),
                event.outcome().equals("DENIED"),
                event.reason(),
                event.requestId());
    }

    /** The same of a member who is not there any more. */
    Optional<List<String>> gone(
            SessionCaller caller, @Nullable String wireId, @Nullable String requestId, Locale locale) {
        if (wireId == null || requestId == null) {
            return Optional.empty();
        }
        return WireId.parse("member", wireId)
                .map(id -> Subject.member(caller.projectId(), caller.subject().tenantId(), id))
                .flatMap(member -> auditLog.doneBy(member, requestId, OF_REQUEST).stream()
                        .flatMap(row -> words.find(locale, "gone." + row.action()).stream())
                        .findFirst())
                .map(List::of);
    }

    /** What that request did, read back from the audit, so that an address alone can claim nothing. */
    private Optional<List<String>> notice(Member member, String requestId, Locale locale) {
        // The last of them: whoever is invited was made first.
        for (AuditRow row :
                auditLog.doneBy(member.subject(), requestId, OF_REQUEST).reversed()) {
            Optional<String> said = words.find(locale, "notice." + row.action(), member.called());
            if (said.isPresent()) {
                List<String> sentences = new ArrayList<>(List.of(said.get()));
                JsonBody details = new JsonBody(json.object(row.details()));
                if (row.action().equals("member.deleted")) {
                    sentences.add(words.say(
                            locale,
                            "notice.ended",
                            details.integer("apps").orElse(0),
                            details.integer("sessions").orElse(0)));
                }
                return Optional.of(sentences);
            }
        }
        return Optional.empty();
    }
}
