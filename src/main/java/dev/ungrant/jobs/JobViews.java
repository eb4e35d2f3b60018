package dev.ungrant.jobs;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.web.Moments;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Jobs in words, for their own page and for the pages where they began. */
@Singleton
public final class JobViews {
    private final Jobs jobs;
    private final HeldRoles people;
    private final Words words;

    JobViews(Jobs jobs, HeldRoles people, Words words) {
        this.jobs = jobs;
        this.people = people;
        this.words = words;
    }

    /** The last ones of these kinds that the caller may see, the latest first. */
    public List<JobView> recent(Caller caller, UUID organizationId, List<JobKind> kinds, int most, Locale locale) {
        Map<UUID, String> names = new HashMap<>();
        Moments moments = new Moments(words, locale, Instant.now());
        return jobs.recent(caller, organizationId, kinds, most).stream()
                .map(job -> of(job, locale, moments, names))
                .toList();
    }

    JobView of(Job job, Locale locale) {
        return of(job, locale, new Moments(words, locale, Instant.now()), new HashMap<>());
    }

    private JobView of(Job job, Locale locale, Moments moments, Map<UUID, String> names) {
        JobKind kind = jobs.kind(job).orElseThrow();
        return new JobView(
                WireId.of(Job.ID_KIND, job.jobId()),
                kind.inWords(job, locale),
                by(job, locale, names),
                job.reason(),
                job.state(),
                job.done(),
                job.total(),
                moments.of(job.createdAt()),
                job.finishedAt() == null ? null : moments.of(job.finishedAt()),
                report(job, locale),
                kind.began(job),
                job.requestId());
    }

    private List<String> report(Job job, Locale locale) {
        return jobs.tally(job).entrySet().stream()
                .map(entry -> words.say(locale, "job.tally." + entry.getKey(), entry.getValue()))
                .toList();
    }

    private String by(Job job, Locale locale, Map<UUID, String> names) {
        return switch (job.actorKind()) {
            case MEMBER, USER ->
                job.member()
                        .map(member -> names.computeIfAbsent(
                                member.id(),
                                id -> people.person(member)
                                        .map(JobViews::name)
                                        .orElseGet(() -> words.say(locale, "job.by.former"))))
                        .orElseGet(() -> words.say(locale, "job.by.former"));
            case PROJECT -> words.say(locale, "event.by.project");
            case APP -> words.say(locale, "event.by.app");
            case SYSTEM -> words.say(locale, "event.by.system");
        };
    }

    private static String name(Person person) {
        return person.name().isBlank() && person.emailAddress() != null ? person.emailAddress() : person.name();
    }
}
