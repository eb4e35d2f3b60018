package dev.ungrant.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.ApiTest;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** What a browser sends when a page of a host hands somebody over, and when it shows what came of it. */
public final class EmbedHost {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final URI portal;

    /** @param portal the node, with a slash at the end or without */
    public EmbedHost(URI portal) {
        this.portal = portal;
    }

    /** The token of a backend's call, for the member, the origin and whatever else the call says. */
    public static String token(
            ApiTest.Backend backend, Map<String, Object> member, String origin, Map<String, Object> more) {
        return mint(backend, member, origin, more).ok().text("embed_token");
    }

    public static ApiTest.Answer mint(
            ApiTest.Backend backend, Map<String, Object> member, String origin, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("organization_id", member.get("organization_id"));
        body.put("member_id", member.get("member_id"));
        body.put("embed_origin", origin);
        return backend.post("/v1/embed/sessions", body);
    }

    /** A form of the host's page, sent into a frame of it. */
    public HttpResponse<String> handOver(String token, String origin) {
        return handOver(token, Map.of("Origin", origin));
    }

    /** The same with other headers than a browser would send; an empty one is left out. */
    public HttpResponse<String> handOver(String token, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of(
                "Sec-Fetch-Site", "cross-site",
                "Sec-Fetch-Mode", "navigate",
                "Sec-Fetch-Dest", "iframe"));
        headers.putAll(more);
        return send("POST", "/embed", headers, Map.of("token", token));
    }

    /** What the frame holds after it was opened: both ways of saying who is there. */
    public record Opened(EmbedHost host, String handle, String cookie, Document page) {
        public HttpResponse<String> get(String path) {
            return host.send("GET", path, Map.of("X-Embed-Session", handle, "Sec-Fetch-Site", "same-origin"), null);
        }

        public Document page(String path) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return Jsoup.parse(answer.body());
        }

        public HttpResponse<String> post(String path, Map<String, String> form) {
            return host.send("POST", path, Map.of("X-Embed-Session", handle, "Sec-Fetch-Site", "same-origin"), form);
        }

        /** Asks for the question and sends its form as it stands there. */
        public HttpResponse<String> revoke(String appId) throws InterruptedException {
            Element form = page("/embed/apps/" + appId + "/revoke").selectFirst("form.confirm-acts");
            Thread.sleep(600);
            return post(form.attr("action"), fields(form));
        }
    }

    public Opened open(String token, String origin) {
        HttpResponse<String> answer = handOver(token, origin);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        Document page = Jsoup.parse(answer.body());
        String handle = page.selectFirst("meta[name=embed-session]").attr("content");
        assertThat(cookie).startsWith("__Host-es=" + handle + ";");
        return new Opened(this, handle, cookie, page);
    }

    static Map<String, String> fields(Element form) {
        Map<String, String> fields = new LinkedHashMap<>();
        form.select("input[name]").forEach(input -> fields.put(input.attr("name"), input.val()));
        return fields;
    }

    HttpResponse<String> send(String method, String path, Map<String, String> headers, Map<String, String> form) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(portal.resolve(path)).header("Accept", "text/html");
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        if (form == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .method(
                            method,
                            HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                                    .map(field -> field.getKey()
                                            + '='
                                            + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                                    .collect(Collectors.joining("&"))));
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
