package dev.ungrant.mail;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.email.javamail.sender.DefaultSessionProvider;
import io.micronaut.email.javamail.sender.SessionProvider;
import jakarta.inject.Singleton;
import jakarta.mail.Authenticator;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import java.net.URI;
import java.time.Duration;
import java.util.Properties;

/** The framework's own one shares a single session in the whole JVM, so that a second node in it would use the first one's server. */
@Singleton
@Requires(property = "ungrant.mail.host")
@Replaces(DefaultSessionProvider.class)
final class MailSession implements SessionProvider {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Session session;

    MailSession(
            @Property(name = "ungrant.base-url") String baseUrl,
            @Property(name = "ungrant.mail.host") String host,
            @Property(name = "ungrant.mail.port", defaultValue = "587") int port,
            @Property(name = "ungrant.mail.starttls", defaultValue = "true") boolean startTls,
            @Nullable @Property(name = "ungrant.mail.user") String user,
            @Nullable @Property(name = "ungrant.mail.password") String password) {
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.host", host);
        properties.setProperty("mail.smtp.port", Integer.toString(port));
        properties.setProperty("mail.smtp.auth", Boolean.toString(user != null));
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
        // Else a middle man who hides the offer reads the sign-in codes.
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        // What to call ourselves; else the name of this machine is looked up, which may take ten seconds and tell
        // nothing.
        String name = URI.create(baseUrl).getHost();
        properties.setProperty("mail.smtp.localhost", name.matches("[0-9.]+|\\[.*") ? "localhost" : name);
        String limit = Long.toString(LIMIT.toMillis());
        properties.setProperty("mail.smtp.connectiontimeout", limit);
        properties.setProperty("mail.smtp.timeout", limit);
        properties.setProperty("mail.smtp.writetimeout", limit);
        session = Session.getInstance(
                properties,
                user == null
                        ? null
                        : new Authenticator() {
                            @Override
                            protected PasswordAuthentication getPasswordAuthentication() {
                                return new PasswordAuthentication(user, password);
                            }
                        });
    }

    @Override
    public Session session() {
        return session;
    }
}
