package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** A person's browser without script: cookies, links and plain forms. It stops where it is sent back to an app. */
final class PlainBrowser {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI base;
    private final Map<String, String> cookies = new HashMap<>();

    /** @param session the token of the portal session that the browser holds */
    PlainBrowser(String base, String session) {
        this.base = URI.create(base);
        cookies.put("s", session);
    }

    /** Says yes on the page that asks, which must come, and returns the address at the app. */
    URI allow(URI link) {
        Element button = asked(link).getElementById("consent-allow");
        Element form = button.closest("form");
        Map<String, String> fields = new HashMap<>();
        form.select("input").forEach(input -> fields.put(input.attr("name"), input.val()));
        fields.put(button.attr("name"), button.val());
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return back(send(HttpRequest.newBuilder(base.resolve(form.attr("action")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", base.toString())
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    /** The page that asks, and no other. */
    Document asked(URI link) {
        HttpResponse<String> response = open(link);
        Document page = Jsoup.parse(response.body());
        assertThat(response.statusCode()).as(page.text()).isEqualTo(200);
        assertThat(page.getElementById("consent-title")).as(page.text()).isNotNull();
        return page;
    }

    /** Where the link leads to at the app, without anybody being asked. */
    URI back(URI link) {
        return back(open(link));
    }

    private static URI back(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        return URI.create(response.headers().firstValue("location").orElseThrow());
    }

    private HttpResponse<String> open(URI link) {
        HttpResponse<String> response = send(HttpRequest.newBuilder(link));
        for (int i = 0; i < 10 && response.statusCode() == 303; i++) {
            URI target = response.uri().resolve(back(response));
            if (target.getPort() != base.getPort() || !target.getHost().equals(base.getHost())) {
                break;
            }
            response = send(HttpRequest.newBuilder(target));
        }
        return response;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        request.header("Accept", "text/html");
        request.header(
                "Cookie",
                cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
                        .collect(Collectors.joining("; ")));
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (String cookie : response.headers().allValues("set-cookie")) {
                String name = cookie.substring(0, cookie.indexOf('='));
                if (cookie.contains("Max-Age=0")) {
                    cookies.remove(name);
                } else {
                    cookies.put(name, cookie.substring(name.length() + 1, cookie.indexOf(';')));
                }
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
