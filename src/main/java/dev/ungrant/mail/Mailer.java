package dev.ungrant.mail;

import dev.ungrant.web.Pages;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to people, in plain text with an HTML alternative. Without a mail server a letter is dropped, and the log says so. */
@Singleton
public final class Mailer {
    private static final Logger LOG = LoggerFactory.getLogger(Mailer.class);
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    @Nullable
    private final MailSession mailSession;

    private final Pages pages;
    private final Words words;
    private final String from;
    private final String fromName;
    private final String baseUrl;

    Mailer(
            @Nullable MailSession mailSession,
            Pages pages,
            Words words,
            @Property(name = "ungrant.mail.from", defaultValue = "ungrant@localhost") String from,
            @Property(name = "ungrant.mail.from-name", defaultValue = "Ungrant") String fromName,
            @Property(name = "ungrant.base-url") String baseUrl) {
        this.mailSession = mailSession;
        this.pages = pages;
        this.words = words;
        this.from = from;
        this.fromName = fromName;
        this.baseUrl = baseUrl;
    }

    public boolean isConfigured() {
        return mailSession != null;
    }

    /** @param messageId the same for the same letter, so that one sent twice is seen once by whoever looks at Message-ID */
    public void send(Letter letter, UUID messageId) throws MessagingException {
        if (mailSession == null) {
            LOG.warn("No mail server is set (SMTP_HOST): mail {} is dropped", messageId);
            return;
        }
        MimeMessage message = new Identified(
                mailSession.session(), messageId + "@" + URI.create(baseUrl).getHost());
        try {
            message.setFrom(new InternetAddress(from, fromName, UTF_8));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
        // A line break in a name must not become a header.
        message.setSubject(letter.subject().replaceAll("\\p{Cntrl}", " "), UTF_8);
        message.setSentDate(new Date());
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setContent(alternatives(letter));
        Transport.send(message);
    }

    /** Bears our Message-ID, and not one that is new each time and made of the name of this machine. */
    private static final class Identified extends MimeMessage {
        private final String id;

        private Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", '<' + id + '>');
        }
    }

    private MimeMultipart alternatives(Letter letter) throws MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(plain(letter), UTF_8);
        Map<String, Object> model = new HashMap<>();
        model.put("letter", letter);
        model.put("baseUrl", baseUrl);
        MimeBodyPart html = new MimeBodyPart();
        html.setText(pages.text(letter.locale(), "mail/letter", model), UTF_8, "html");
        MimeMultipart parts = new MimeMultipart("alternative");
        parts.addBodyPart(text);
        parts.addBodyPart(html);
        return parts;
    }

    private String plain(Letter letter) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < letter.paragraphs().size(); i++) {
            text.append(letter.paragraphs().get(i)).append("\n\n");
            if (i == 1 && letter.highlight() != null) {
                text.append("    ").append(letter.highlight()).append("\n\n");
            }
        }
        return text.append("-- \n")
                .append(words.say(letter.locale(), "mail.footer", baseUrl))
                .append('\n')
                .toString();
    }
}
