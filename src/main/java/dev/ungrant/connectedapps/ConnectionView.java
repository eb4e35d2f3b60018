package dev.ungrant.connectedapps;

import dev.ungrant.web.Devices;
import dev.ungrant.web.Moments;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection in words.
 *
 * @param app the app's id
 * @param where its host, or what is known of the device
 * @param address empty: unknown
 * @param used null: never used
 * @param ends when, and whether use puts that off
 */
record ConnectionView(
        String id,
        String app,
        String where,
        boolean device,
        String address,
        Moments.Moment began,
        @Nullable Moments.Moment used,
        String ends) {
    /** The first product of a User-Agent (RFC 9110 §10.1.5), which is the app's own word for itself. */
    private static final Pattern PRODUCT = Pattern.compile("^([A-Za-z][A-Za-z0-9 ._-]{1,38})(?:/|$)");

    static ConnectionView of(Connection connection, String app, Words words, Locale locale, Moments moments) {
        boolean device =
                connection.redirectHost() != null && connection.redirectHost().isEmpty();
        return new ConnectionView(
                connection.wireId(),
                app,
                where(connection, device, words, locale),
                device,
                connection.ipAddress() == null ? "" : connection.ipAddress(),
                moments.of(connection.beganAt()),
                connection.lastUsedAt() == null ? null : moments.of(connection.lastUsedAt()),
                connection.renewable()
                        ? words.say(locale, "connections.ends.renewable", moments.day(connection.expiresAt()))
                        : words.say(locale, "connections.ends", moments.exact(connection.expiresAt())));
    }

    private static String where(Connection connection, boolean device, Words words, Locale locale) {
        if (connection.redirectHost() == null) {
            return words.say(locale, "connections.unknown");
        }
        if (!device) {
            return connection.redirectHost();
        }
        String userAgent = connection.userAgent() == null ? "" : connection.userAgent();
        Optional<String> browser = Devices.name(userAgent)
                .map(name -> name.system() == null
                        ? name.browser()
                        : words.say(locale, "sessions.on", name.browser(), name.system()));
        Matcher product = PRODUCT.matcher(userAgent);
        return browser.or(() -> product.find()
                        ? Optional.of(words.say(locale, "connections.device.named", product.group(1)))
                        : Optional.empty())
                .orElseGet(() -> words.say(locale, "connections.device"));
    }
}
