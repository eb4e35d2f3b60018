package dev.ungrant.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.subethamail.smtp.server.SMTPServer;

/** Receives every mail that the demo sends, by SMTP on loopback, and keeps the last {@value #KEPT} of them in memory. */
public final class DemoMailbox implements AutoCloseable {
    static final int KEPT = 100;
    private static final int LARGEST_BYTES = 1_000_000;

    private final Deque<Mail> mails = new ArrayDeque<>();
    private final SMTPServer server;
    private long received;

    /**
     * @param number counts from 1 in the order of arrival
     * @param text the plain part; empty when there is none
     * @param html the HTML part, which a page must treat as hostile; empty when there is none
     */
    public record Mail(
            long number, Instant receivedAt, String from, String to, String subject, String text, String html) {}

    private DemoMailbox() {
        server = new SMTPServer.Builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .hostName("localhost")
                .softwareName("Ungrant demo")
                .maxMessageSize(LARGEST_BYTES)
                .messageHandler((context, from, to, data) -> keep(from, to, data))
                .build();
    }

    /** Starts receiving, on a free port. */
    public static DemoMailbox open() {
        DemoMailbox mailbox = new DemoMailbox();
        mailbox.server.start();
        return mailbox;
    }

    /** The settings under which a node sends its mail here. */
    public Map<String, String> settings() {
        return Map.of(
                "ungrant.mail.host", "127.0.0.1",
                "ungrant.mail.port", Integer.toString(server.getPortAllocated()),
                "ungrant.mail.starttls", "false",
                "ungrant.mail.from", "demo@ungrant.example");
    }

    /** The latest mail first. */
    public synchronized List<Mail> mails() {
        return List.copyOf(mails);
    }

    /** The latest mail first, those to one address, whatever its case. */
    public synchronized List<Mail> mailsTo(String emailAddress) {
        return mails.stream()
                .filter(mail -> mail.to().equalsIgnoreCase(emailAddress))
                .toList();
    }

    public synchronized Optional<Mail> find(long number) {
        return mails.stream().filter(mail -> mail.number() == number).findFirst();
    }

    @Override
    public void close() {
        server.stop();
    }

    private synchronized void keep(String from, String to, byte[] data) {
        Mail mail;
        received++;
        try {
            MimeMessage message =
                    new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(data));
            String subject = message.getSubject();
            mail = new Mail(
                    received,
                    Instant.now(),
                    from,
                    to,
                    subject == null ? "" : subject,
                    part(message, "text/plain"),
                    part(message, "text/html"));
        } catch (MessagingException | IOException e) {
            mail = new Mail(received, Instant.now(), from, to, "This mail cannot be read", e.toString(), "");
        }
        mails.addFirst(mail);
        if (mails.size() > KEPT) {
            mails.removeLast();
        }
    }

    /** The first part of that type, at any depth. */
    private static String part(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return part.getContent().toString();
        }
        if (part.isMimeType("multipart/*")) {
            Multipart parts = (Multipart) part.getContent();
            for (int i = 0; i < parts.getCount(); i++) {
                String text = part(parts.getBodyPart(i), type);
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return "";
    }
}
