package dev.ungrant.members;

import dev.ungrant.connectedapps.GrantedApp;
import dev.ungrant.connectedapps.Grants;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts the questions before a member is deactivated, comes back, is forgotten, or is no longer invited. */
@Singleton
final class Questions {
    private final MemberAccess access;
    private final Departures departures;
    private final Grants grants;
    private final Words words;

    Questions(MemberAccess access, Departures departures, Grants grants, Words words) {
        this.access = access;
        this.departures = departures;
        this.grants = grants;
        this.words = words;
    }

    Question deactivate(SessionCaller caller, Organization organization, Member member, Locale locale, Instant now) {
        Departures.Ending ending = departures.ending(caller, member);
        if (access.of(caller, member).lastAdmin()) {
            return impossible(member, "deactivate", locale, "last-admin", organization.name());
        }
        List<Question.Point> points = new ArrayList<>();
        points.add(point(locale, "#i-out", "deactivate.sign-in", organization.name()));
        points.add(point(locale, "#i-off", "deactivate.apps", ending.apps()));
        until(caller, member, locale, now).ifPresent(points::add);
        points.add(point(locale, "#i-device", "deactivate.sessions", ending.sessions()));
        if (caller.is(member.subject())) {
            points.add(point(locale, "#i-warn", "deactivate.self"));
        }
        points.add(point(locale, "#i-again", "deactivate.again"));
        return question(member, "deactivate", locale, points, true);
    }

    private java.util.Optional<Question.Point> until(SessionCaller caller, Member member, Locale locale, Instant now) {
        if (!access.of(caller, member).seeApps()) {
            return java.util.Optional.empty();
        }
        List<GrantedApp> apps = grants.list(caller, member.subject());
        return grants.latestJwtExpiry(caller, member.subject(), apps)
                .map(until -> point(locale, "#i-idle", "confirm.until", new Moments(words, locale, now).until(until)));
    }

    Question reactivate(Organization organization, Member member, Locale locale) {
        return question(
                member,
                "reactivate",
                locale,
                List.of(
                        point(locale, "#i-out", "reactivate.sign-in", organization.name()),
                        point(locale, "#i-off", "reactivate.without")),
                false);
    }

    Question erase(Member member, Locale locale) {
        if (!member.isDeleted()) {
            return impossible(member, "erase", locale, "erase.first");
        }
        Question question = question(
                member,
                "erase",
                locale,
                List.of(
                        point(locale, "#i-off", "erase.what"),
                        point(locale, "#i-copy", "erase.stays"),
                        point(locale, "#i-warn", "erase.final")),
                true);
        return new Question(
                question.member(),
                question.act(),
                question.title(),
                question.points(),
                question.button(),
                true,
                member.emailAddress());
    }

    Question withdraw(Member member, Locale locale) {
        if (member.status() != Member.Status.INVITED) {
            throw new Problem(ErrorType.MEMBER_NOT_INVITED);
        }
        return question(
                member,
                "withdraw",
                locale,
                List.of(
                        point(locale, "#i-off", "withdraw.link"),
                        point(locale, "#i-copy", "withdraw.forgotten"),
                        point(locale, "#i-again", "withdraw.again")),
                true);
    }

    private Question question(Member member, String act, Locale locale, List<Question.Point> points, boolean danger) {
        return new Question(
                member.wireId(),
                act,
                words.find(locale, act + ".title", member.called()).orElseThrow(),
                points,
                words.find(locale, act + ".button").orElseThrow(),
                danger,
                null);
    }

    private Question impossible(Member member, String act, Locale locale, String why, Object... values) {
        return new Question(
                member.wireId(),
                act,
                words.find(locale, why + ".title", member.called()).orElseThrow(),
                List.of(new Question.Point(
                        "#i-warn", words.find(locale, why + ".text", values).orElseThrow())),
                null,
                false,
                null);
    }

    private Question.Point point(Locale locale, String icon, String key, Object... values) {
        return new Question.Point(icon, words.find(locale, key, values).orElseThrow());
    }
}
