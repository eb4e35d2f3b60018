package dev.ungrant.connectedapps;

import dev.ungrant.mail.Letter;
import dev.ungrant.mail.Mailer;
import dev.ungrant.outbox.Delivery;
import dev.ungrant.outbox.Message;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Tells a person that somebody who was signed in removed an app's access to them: if that was not they, their session is
 * in other hands. Ends that no person made, such as a change of policy, are not written about.
 */
@Singleton
final class GrantEndedMail implements Delivery {
    /** One letter for one app that somebody removed; who leaves, or meets a new policy, is not sent one for each of theirs. */
    private static final Set<String> WANTED =
            Set.of(EndReason.REVOKED_BY_SUBJECT.name(), EndReason.REVOKED_FOR_SUBJECT.name());

    private final EndedGrantRepository repository;
    private final Mailer mailer;
    private final Words words;
    private final Preferences preferences;
    private final String baseUrl;

    GrantEndedMail(
            EndedGrantRepository repository,
            Mailer mailer,
            Words words,
            Preferences preferences,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.repository = repository;
        this.mailer = mailer;
        this.words = words;
        this.preferences = preferences;
        this.baseUrl = baseUrl;
    }

    @Override
    public String kind() {
        return "grant.ended";
    }

    @Override
    public void deliver(Message message) throws MessagingException {
        JsonBody payload = message.payload();
        if (!WANTED.contains(payload.required("why")) || !payload.bool("tell").orElse(true)) {
            return;
        }
        UUID grantId = UUID.fromString(payload.required("grantId"));
        EndedGrant ended = repository.find(message.tenantId(), grantId).orElse(null);
        if (ended == null || ended.emailAddress() == null) {
            return;
        }
        boolean own = payload.string("actorId")
                .filter(payload.required("subjectId")::equals)
                .isPresent();
        Subject subject = new Subject(
                Subject.Kind.valueOf(payload.required("subjectKind")),
                UUID.fromString(payload.required("projectId")),
                message.tenantId(),
                UUID.fromString(payload.required("subjectId")));
        mailer.send(
                letter(
                        ended,
                        own,
                        payload.string("reason").orElse(null),
                        payload.required("requestId"),
                        preferences.locale(subject)),
                message.messageId());
    }

    private Letter letter(EndedGrant ended, boolean own, @Nullable String reason, String requestId, Locale locale) {
        String when = new Moments(words, locale, Instant.now()).exact(ended.revokedAt());
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(
                ended.personName().isBlank()
                        ? words.say(locale, "mail.hello.nobody")
                        : words.say(locale, "mail.hello", ended.personName()));
        paragraphs.add(words.say(
                locale, own ? "mail.ended.text" : "mail.ended.text.other", ended.appName(), ended.placeName(), when));
        if (reason != null) {
            paragraphs.add(words.say(locale, "mail.reason", reason));
        }
        paragraphs.add(words.say(locale, "mail.ended.what"));
        if (own) {
            paragraphs.add(words.say(locale, "mail.ended.not-you", baseUrl + "/sessions"));
        }
        paragraphs.add(words.say(locale, "mail.ended.request", requestId));
        String subject = words.say(locale, own ? "mail.ended.subject" : "mail.ended.subject.other", ended.appName());
        return new Letter(locale, ended.emailAddress(), subject, paragraphs, null);
    }
}
