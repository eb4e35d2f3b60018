package dev.ungrant.sessions;

import dev.ungrant.mail.Letter;
import dev.ungrant.mail.Mailer;
import dev.ungrant.outbox.Delivery;
import dev.ungrant.outbox.Message;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.web.Languages;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The mail with the sign-in code, to addresses of people who can sign in; to all others none. */
@Singleton
final class SignInMail implements Delivery {
    static final String KIND = "sign_in.code";

    private final SignIns signIns;
    private final Mailer mailer;
    private final Words words;
    private final Preferences preferences;
    private final String baseUrl;

    SignInMail(
            SignIns signIns,
            Mailer mailer,
            Words words,
            Preferences preferences,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.signIns = signIns;
        this.mailer = mailer;
        this.words = words;
        this.preferences = preferences;
        this.baseUrl = baseUrl;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void deliver(Message message) throws MessagingException {
        String to = message.payload().required("to");
        boolean stale =
                message.createdAt().plus(Duration.ofMinutes(SignIns.MINUTES)).isBefore(Instant.now());
        UUID projectId = message.payload()
                .string("project")
                .filter(id -> !id.isEmpty())
                .map(UUID::fromString)
                .orElse(null);
        List<Person> people = stale ? List.of() : signIns.peopleAt(to, projectId);
        if (people.isEmpty()) {
            List<Person> elsewhere = stale ? List.of() : signIns.elsewhere(to, projectId);
            if (!elsewhere.isEmpty()) {
                sendElsewhere(message, to, elsewhere.getFirst());
            }
            return;
        }
        Locale locale = locale(message, people.getFirst());
        String name = people.getFirst().personName();
        String code = signIns.unseal(message.payload().required("sealedCode"));
        mailer.send(
                new Letter(
                        locale,
                        to,
                        words.say(locale, "mail.code.subject", code),
                        List.of(
                                name.isBlank()
                                        ? words.say(locale, "mail.hello.nobody")
                                        : words.say(locale, "mail.hello", name),
                                words.say(locale, "mail.code.text"),
                                words.say(locale, "mail.code.how-long"),
                                words.say(locale, "mail.code.not-you")),
                        code),
                message.messageId());
    }

    /** A code would let them in nowhere; without a word they would wait for one. */
    private void sendElsewhere(Message message, String to, Person person) throws MessagingException {
        Locale locale = locale(message, person);
        String place = person.placeName();
        mailer.send(
                new Letter(
                        locale,
                        to,
                        words.say(locale, "mail.link.subject", place),
                        List.of(
                                person.personName().isBlank()
                                        ? words.say(locale, "mail.hello.nobody")
                                        : words.say(locale, "mail.hello", person.personName()),
                                words.say(locale, "mail.elsewhere.text", place),
                                words.say(locale, "mail.elsewhere.not-you")),
                        baseUrl + "/sign-in/" + WireId.of("organization", person.tenantId())),
                message.messageId());
    }

    private Locale locale(Message message, Person person) {
        return preferences.locale(
                person.subject(),
                Optional.ofNullable(Languages.known(
                                message.payload().string("language").orElse("")))
                        .orElseGet(words::defaultLocale));
    }
}
