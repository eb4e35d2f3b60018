package dev.ungrant.sessions;

import dev.ungrant.mail.Letter;
import dev.ungrant.mail.Mailer;
import dev.ungrant.outbox.Delivery;
import dev.ungrant.outbox.Message;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Words;
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

    SignInMail(SignIns signIns, Mailer mailer, Words words, Preferences preferences) {
        this.signIns = signIns;
        this.mailer = mailer;
        this.words = words;
        this.preferences = preferences;
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
        List<Person> people = signIns.peopleAt(
                to,
                message.payload()
                        .string("project")
                        .filter(id -> !id.isEmpty())
                        .map(UUID::fromString)
                        .orElse(null));
        if (stale || people.isEmpty()) {
            return;
        }
        Locale locale = preferences.locale(
                people.getFirst().subject(),
                Optional.ofNullable(Languages.known(
                                message.payload().string("language").orElse("")))
                        .orElseGet(words::defaultLocale));
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
}
