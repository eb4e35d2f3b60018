package dev.ungrant.connectedapps;

import dev.ungrant.mail.Letter;
import dev.ungrant.mail.Mailer;
import dev.ungrant.outbox.Delivery;
import dev.ungrant.outbox.Message;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Tells a person what somebody who answers for the organization did about some of their apps, in one letter. */
@Factory
final class OrganizationMail {
    private final EndedGrantRepository repository;
    private final Mailer mailer;
    private final Preferences preferences;
    private final Words words;
    private final Json json;
    private final String baseUrl;

    OrganizationMail(
            EndedGrantRepository repository,
            Mailer mailer,
            Preferences preferences,
            Words words,
            Json json,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.repository = repository;
        this.mailer = mailer;
        this.preferences = preferences;
        this.words = words;
        this.json = json;
        this.baseUrl = baseUrl;
    }

    @Singleton
    @Named("grants.ended")
    Delivery ended() {
        return new AboutGrants("grants.ended", "mail.removed");
    }

    @Singleton
    @Named("grants.asked-again")
    Delivery askedAgain() {
        return new AboutGrants("grants.asked-again", "mail.asked-again");
    }

    /** Its words end in {@code .subject}, {@code .text} and {@code .what}. */
    private final class AboutGrants implements Delivery {
        private final String kind;
        private final String key;

        private AboutGrants(String kind, String key) {
            this.kind = kind;
            this.key = key;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public void deliver(Message message) throws MessagingException {
            JsonBody payload = message.payload();
            List<UUID> grantIds = payload.strings("grantIds").orElseThrow().stream()
                    .map(UUID::fromString)
                    .toList();
            List<EndedGrant> grants = repository.findAll(message.tenantId(), json.write(grantIds));
            if (grants.isEmpty() || grants.getFirst().emailAddress() == null) {
                return;
            }
            Locale locale = preferences.locale(Subject.member(
                    UUID.fromString(payload.required("projectId")),
                    message.tenantId(),
                    UUID.fromString(payload.required("memberId"))));
            mailer.send(letter(grants, payload.string("reason").orElse(null), locale), message.messageId());
        }

        private Letter letter(List<EndedGrant> grants, @Nullable String reason, Locale locale) {
            EndedGrant one = grants.getFirst();
            List<String> apps =
                    grants.stream().map(EndedGrant::appName).distinct().sorted().toList();
            List<String> paragraphs = new ArrayList<>();
            paragraphs.add(
                    one.personName().isBlank()
                            ? words.say(locale, "mail.hello.nobody")
                            : words.say(locale, "mail.hello", one.personName()));
            paragraphs.add(words.say(locale, key + ".text", Series.names(words, locale, apps), one.placeName()));
            if (reason != null) {
                paragraphs.add(words.say(locale, "mail.reason", reason));
            }
            paragraphs.add(words.say(locale, key + ".what", baseUrl + "/"));
            String subject = words.say(locale, key + ".subject", apps.size());
            return new Letter(locale, one.emailAddress(), subject, paragraphs, null);
        }
    }
}
