package dev.ungrant;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a node, read from the environment and checked before anything starts: whoever made a mistake is told which
 * setting it is in. Every secret may stand in a file instead, named by the same setting with {@code _FILE} behind it.
 * {@code docs/operations.md} lists them.
 */
final class Settings {
    /** A setting is missing or wrong; the message is one sentence that names it. */
    static final class Wrong extends RuntimeException {
        Wrong(String message) {
            super(message);
        }
    }

    private static final String LIMIT = "LIMIT_";
    private static final Set<String> LIMITS =
            Set.of(("LIMIT_API_PER_SECOND LIMIT_CLIENT_PER_SECOND LIMIT_SDK_PER_SECOND"
                            + " LIMIT_REQUEST_SECONDS LIMIT_AUTHORIZE_PER_MINUTE LIMIT_HAND_OVERS_PER_MINUTE LIMIT_REGISTRATIONS_PER_HOUR")
                    .split(" "));
    private static final Set<String> LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG");
    private static final Set<String> YES_OR_NO = Set.of("true", "false");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final Pattern PROJECT =
            Pattern.compile("project-(test|live)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MAILBOX = Pattern.compile(
            "(?<alone>[^@\\s<>]+@[^@\\s<>]+)|(?<name>[^<>@\\r\\n]*[^<>@\\s])\\s*<(?<address>[^@\\s<>]+@[^@\\s<>]+)>");

    private final Environment environment;
    private final Map<String, Object> properties = new HashMap<>();

    private Settings(Environment environment) {
        this.environment = environment;
    }

    /**
     * The settings as the node's own properties.
     *
     * @throws Wrong for the first setting that is missing or wrong
     */
    static Map<String, Object> read(Map<String, String> environment) {
        Settings settings = new Settings(new Environment(environment));
        settings.readDatabase();
        settings.readAddresses();
        settings.readKey();
        settings.readMail();
        settings.readRest();
        return Map.copyOf(settings.properties);
    }

    private void readDatabase() {
        String url = environment.required(
                "DB_URL", "the JDBC address of the MySQL database, such as jdbc:mysql://db:3306/ungrant");
        if (!url.startsWith("jdbc:mysql://")) {
            throw new Wrong(
                    "DB_URL must start with jdbc:mysql://, since MySQL is the one database Ungrant works with.");
        }
        if (url.matches("jdbc:mysql://[^/]+/?(\\?.*)?")) {
            throw new Wrong("DB_URL must end with the name of the database, as in jdbc:mysql://db:3306/ungrant.");
        }
        if (url.contains("password=") || url.matches("jdbc:mysql://[^/]*@.*")) {
            throw new Wrong("DB_URL must not hold a password; that goes into DB_PASSWORD or DB_PASSWORD_FILE.");
        }
        properties.put("ungrant.db.url", url);
        properties.put(
                "ungrant.db.user",
                environment.required("DB_USER", "the name under which Ungrant signs in to the database"));
        properties.put("ungrant.db.password", environment.requiredSecret("DB_PASSWORD", "the password of DB_USER"));
        number("DB_POOL_SIZE", 2, 1000, "ungrant.db.pool-size");
    }

    private void readAddresses() {
        String text = environment.required(
                "BASE_URL", "the address at which people reach Ungrant, such as https://apps.example.com");
        properties.put("ungrant.base-url", baseUrl(text));
        String host = environment.optional("HOST");
        if (host != null) {
            if (!host.matches("[A-Za-z0-9.:_-]+")) {
                throw new Wrong("HOST must be an address of this machine to listen on, such as 0.0.0.0; it is \"" + host
                        + "\".");
            }
            properties.put("ungrant.host", host);
        }
        number("PORT", 1, 65535, "ungrant.port");
        list("TRUSTED_PROXIES", ADDRESS, "IP addresses", "ungrant.trusted-proxies");
        list("FETCH_PRIVATE_HOSTS", HOST_NAME, "names of hosts, without ports,", "ungrant.fetching.private-hosts");
    }

    /** The address is the issuer of every token, so it has one spelling: no slash at the end, no path. */
    private static String baseUrl(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new Wrong("BASE_URL must be an address such as https://apps.example.com; it is \"" + text + "\".");
        }
        boolean loopback =
                "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost()) || "[::1]".equals(uri.getHost());
        if (uri.getHost() == null || !("https".equals(uri.getScheme()) || loopback && "http".equals(uri.getScheme()))) {
            throw new Wrong("BASE_URL must start with https://, or with http:// on localhost; it is \"" + text + "\".");
        }
        boolean more = uri.getRawPath() != null
                && !uri.getRawPath().isEmpty()
                && !uri.getRawPath().equals("/");
        if (more || uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new Wrong("BASE_URL must have nothing behind the host and port; it is \"" + text + "\".");
        }
        return uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private void readKey() {
        String key = environment.requiredSecret(
                "UNGRANT_KEY",
                "32 random bytes in base64, the same on every node; \"openssl rand -base64 32\" makes some");
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            throw new Wrong(
                    "UNGRANT_KEY must be 32 bytes in base64, as \"openssl rand -base64 32\" makes them; it is not base64.");
        }
        if (bytes.length != 32) {
            throw new Wrong("UNGRANT_KEY must be 32 bytes in base64, as \"openssl rand -base64 32\" makes them; it has "
                    + bytes.length + " bytes.");
        }
        properties.put("ungrant.key", key);
    }

    private void readMail() {
        String host = environment.optional("SMTP_HOST");
        if (host == null) {
            for (String name : List.of(
                    "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_PASSWORD_FILE", "SMTP_STARTTLS", "MAIL_FROM")) {
                if (environment.optional(name) != null) {
                    throw new Wrong("SMTP_HOST is missing: " + name + " says nothing without a mail server.");
                }
            }
            return;
        }
        properties.put("ungrant.mail.host", host);
        number("SMTP_PORT", 1, 65535, "ungrant.mail.port");
        String from =
                environment.required("MAIL_FROM", "the sender of Ungrant's mail, such as Ungrant <apps@example.com>");
        Matcher mailbox = MAILBOX.matcher(from);
        if (!mailbox.matches()) {
            throw new Wrong(
                    "MAIL_FROM must be an e-mail address, with or without a name before it; it is \"" + from + "\".");
        }
        if (mailbox.group("alone") == null) {
            properties.put("ungrant.mail.from", mailbox.group("address"));
            properties.put("ungrant.mail.from-name", mailbox.group("name").strip());
        } else {
            properties.put("ungrant.mail.from", mailbox.group("alone"));
        }
        String user = environment.optional("SMTP_USER");
        String password = environment.secret("SMTP_PASSWORD");
        if (user == null != (password == null)) {
            throw new Wrong(
                    user == null
                            ? "SMTP_USER is missing: SMTP_PASSWORD says nothing without it."
                            : "SMTP_PASSWORD is missing: SMTP_USER cannot sign in to the mail server without it.");
        }
        if (user != null) {
            properties.put("ungrant.mail.user", user);
            properties.put("ungrant.mail.password", password);
        }
        String startTls = environment.optional("SMTP_STARTTLS");
        if (startTls != null && !YES_OR_NO.contains(startTls)) {
            throw new Wrong("SMTP_STARTTLS must be true or false; it is \"" + startTls + "\".");
        }
        properties.put("ungrant.mail.starttls", startTls == null ? "true" : startTls);
    }

    private void readRest() {
        String level = environment.optional("LOG_LEVEL");
        if (level != null && !LEVELS.contains(level)) {
            throw new Wrong("LOG_LEVEL must be ERROR, WARN, INFO or DEBUG; it is \"" + level + "\".");
        }
        String kind = environment.optional("ENVIRONMENT");
        if (kind != null && !kind.equals("test") && !kind.equals("live")) {
            throw new Wrong(
                    "ENVIRONMENT must be test or live, the word that every id carries; it is \"" + kind + "\".");
        }
        properties.put("ungrant.environment", kind == null ? "live" : kind);
        readKeyRotation();
        String project = environment.optional("DEFAULT_PROJECT");
        if (project != null) {
            if (!PROJECT.matcher(project).matches()) {
                throw new Wrong("DEFAULT_PROJECT must be the id of a project, such as project-live-<uuid>; it is \""
                        + project + "\".");
            }
            properties.put("ungrant.default-project", project);
        }
        for (String name : environment.names()) {
            if (name.startsWith(LIMIT)) {
                if (!LIMITS.contains(name)) {
                    throw new Wrong(name + " is not a limit that Ungrant knows; it knows "
                            + String.join(", ", LIMITS.stream().sorted().toList()) + ".");
                }
                String property =
                        name.substring(LIMIT.length()).toLowerCase(Locale.ROOT).replace('_', '-');
                number(name, 1, 1_000_000, "ungrant.limit." + property);
            }
        }
    }

    private void readKeyRotation() {
        number("KEY_ROTATION_DAYS", 0, 3650, "ungrant.keys.rotation");
        // Longer than anybody keeps the set of keys (15 minutes) and a node's look at it (half a minute).
        number("KEY_LEAD_MINUTES", 20, 10_080, "ungrant.keys.lead");
        properties.computeIfPresent("ungrant.keys.rotation", (name, days) -> days + "d");
        properties.computeIfPresent("ungrant.keys.lead", (name, minutes) -> minutes + "m");
    }

    private void number(String name, int least, int most, String property) {
        environment.number(name, least, most).ifPresent(number -> properties.put(property, number));
    }

    private void list(String name, Pattern shape, String are, String property) {
        List<String> items = environment.list(name, shape, are);
        if (!items.isEmpty()) {
            properties.put(property, items);
        }
    }
}
