package dev.ungrant.portal;

import dev.ungrant.TestSession;
import dev.ungrant.demo.DemoMailbox;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;

/** A running node and a browser without script that looks at its pages. Each test has a cast of its own. */
@MicronautTest(transactional = false)
abstract class PortalTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Inject
    protected EmbeddedServer server;

    @Inject
    protected ApplicationContext context;

    protected PortalCast cast;

    @BeforeEach
    void makeCast() {
        cast = new PortalCast(context);
    }

    protected String address() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** A request on its way; each of the methods answers the request itself. */
    protected final class Call {
        private final HttpRequest.Builder builder;
        private String cookies = "";

        Call(String path) {
            builder = HttpRequest.newBuilder(URI.create(address() + path)).header("Accept", "text/html");
        }

        Call as(String sessionToken) {
            return cookie("s", sessionToken);
        }

        Call cookie(String name, String value) {
            cookies += (cookies.isEmpty() ? "" : "; ") + name + "=" + value;
            return this;
        }

        Call header(String name, String value) {
            builder.header(name, value);
            return this;
        }

        HttpResponse<String> get() {
            return send(builder.GET());
        }

        HttpResponse<String> send(String method, String contentType, String body) {
            if (contentType != null) {
                builder.header("Content-Type", contentType);
            }
            return send(builder.method(method, HttpRequest.BodyPublishers.ofString(body)));
        }

        /** As a form of one of our pages is sent by a browser. */
        HttpResponse<String> post(Map<String, String> form) {
            return header("Sec-Fetch-Site", "same-origin")
                    .send("POST", "application/x-www-form-urlencoded", encoded(form));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            if (!cookies.isEmpty()) {
                request.header("Cookie", cookies);
            }
            try {
                return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    protected Call call(String path) {
        return new Call(path);
    }

    protected Document page(String path, String sessionToken) {
        HttpResponse<String> response = call(path).as(sessionToken).get();
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + "\n" + response.body());
        }
        return Jsoup.parse(response.body());
    }

    /** The token that the forms of the person's pages carry. */
    protected String formToken(String sessionToken) {
        return page("/sessions", sessionToken)
                .selectFirst("input[name=form_token]")
                .val();
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The value of a cookie that the answer sets. */
    static String cookieOf(HttpResponse<?> response, String name) {
        return response.headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1, cookie.indexOf(';')))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no cookie " + name + " in " + response.headers().map()));
    }

    static String location(HttpResponse<?> response) {
        return response.headers().firstValue("location").orElseThrow(() -> new AssertionError(response.toString()));
    }

    /** The next mail to the address, waited for. */
    static DemoMailbox.Mail mailTo(String address, int number) {
        for (int i = 0; i < 200; i++) {
            var mails = TestSession.mailbox().mailsTo(address);
            if (mails.size() >= number) {
                return mails.get(mails.size() - number);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("no mail to " + address + "; the outbox holds " + outbox());
    }

    private static List<String> outbox() {
        List<String> waiting = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("ungrant.db.url"),
                        System.getProperty("ungrant.db.user"),
                        System.getProperty("ungrant.db.password"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONCAT_WS(' ', kind, attempts, 'due', due_at, 'now', UTC_TIMESTAMP(6)) FROM outbox LIMIT 20")) {
            while (rows.next()) {
                waiting.add(rows.getString(1));
            }
            return waiting;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
