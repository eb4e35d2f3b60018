package dev.ungrant.sessions;

import dev.ungrant.mail.Letter;
import dev.ungrant.mail.Mailer;
import dev.ungrant.outbox.Delivery;
import dev.ungrant.outbox.Message;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The mail with a page's link, code or invitation, to whoever can sign in there with the address; to all others none. */
@Singleton
final class PageSignInMail implements Delivery {
    static final String KIND = "page_sign_in";
    static final String LINK = "link";
    static final String CODE = "code";
    static final String INVITATION = "invitation";

    private final PageSignIns signIns;
    private final Mailer mailer;
    private final Words words;
    private final Preferences preferences;

    PageSignInMail(PageSignIns signIns, Mailer mailer, Words words, Preferences preferences) {
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
        int minutes = message.payload().integer("minutes").orElse(PageSignIns.MINUTES);
        Instant until = message.createdAt().plus(Duration.ofMinutes(minutes));
        if (until.isBefore(Instant.now())) {
            return;
        }
        String to = message.payload().required("to");
        UUID projectId = UUID.fromString(message.payload().required("project"));
        Optional<Person> person =
                signIns.people(projectId, message.tenantId(), to).stream().findFirst();
        if (person.isPresent()) {
            String content = signIns.unseal(message.payload().required("sealed"));
            mailer.send(letter(person.get(), message.payload().required("form"), content, until), message.messageId());
        }
    }

    private Letter letter(Person person, String form, String content, Instant ends) {
        Locale locale = preferences.locale(person.subject());
        String place = person.placeName();
        String until = new Moments(words, locale, Instant.now()).exact(ends);
        String hello = person.personName().isBlank()
                ? words.say(locale, "mail.hello.nobody")
                : words.say(locale, "mail.hello", person.personName());
        return switch (form) {
            case CODE ->
                new Letter(
                        locale,
                        person.emailAddress(),
                        words.say(locale, "mail.code.subject", content),
                        List.of(
                                hello,
                                words.say(locale, "mail.code.text"),
                                words.say(locale, "mail.code.how-long"),
                                words.say(locale, "mail.code.not-you")),
                        content);
            case LINK ->
                new Letter(
                        locale,
                        person.emailAddress(),
                        words.say(locale, "mail.link.subject", place),
                        List.of(
                                hello,
                                words.say(locale, "mail.link.text", place),
                                words.say(locale, "mail.link.how-long"),
                                words.say(locale, "mail.link.not-you")),
                        content);
            default ->
                new Letter(
                        locale,
                        person.emailAddress(),
                        words.say(locale, "mail.invitation.subject", place),
                        List.of(
                                hello,
                                words.say(locale, "mail.invitation.text", place),
                                words.say(locale, "mail.invitation.how-long", until),
                                words.say(locale, "mail.invitation.not-you")),
                        content);
        };
    }
}
