package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/** Revokes as a person does: asks for the question, then sends its form. */
public final class PortalDoor {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private PortalDoor() {}

    /** @param script whether htmx asks, for fragments */
    public static void revoke(int port, String sessionToken, String appId, boolean script) {
        HttpResponse<String> question = send(request(port, sessionToken, "/apps/" + appId + "/revoke", script)
                .GET());
        assertThat(question.statusCode()).as(question.body()).isEqualTo(200);
        Element form = Jsoup.parse(question.body()).selectFirst("form.confirm-acts");
        assertThat(form).as("there is something to remove: " + question.body()).isNotNull();
        assertThat(form.hasAttr("data-hx-post")).isEqualTo(script);
        HttpResponse<String> answer = send(request(port, sessionToken, form.attr("action"), script)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "form_token=" + form.selectFirst("[name=form_token]").val())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(script ? 200 : 303);
        if (script) {
            assertThat(answer.body()).contains("Access removed just now");
        }
    }

    /** Ticks these apps in the list and sends the forms that follow. */
    public static void revokeSelected(int port, String sessionToken, List<String> appIds, boolean script) {
        Element bulk = Jsoup.parse(
                        send(request(port, sessionToken, "/", false).GET()).body())
                .getElementById("bulk");
        String ticked = appIds.stream().map(id -> "&app=" + id).collect(Collectors.joining());
        HttpResponse<String> question = post(port, sessionToken, bulk, ticked, script);
        assertThat(question.statusCode()).as(question.body()).isEqualTo(200);
        Element form = Jsoup.parse(question.body()).selectFirst("form.confirm-acts");
        assertThat(form).as("there is something to remove: " + question.body()).isNotNull();
        assertThat(form.select("[name=app]").eachAttr("value")).containsExactlyElementsOf(appIds);
        assertThat(form.hasAttr("data-hx-post")).isEqualTo(script);
        HttpResponse<String> answer = post(port, sessionToken, form, ticked, script);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(script ? 200 : 303);
        if (script) {
            assertThat(answer.body()).contains("Access removed just now");
        }
    }

    private static HttpResponse<String> post(int port, String sessionToken, Element form, String more, boolean script) {
        return send(request(port, sessionToken, form.attr("action"), script)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "form_token=" + form.selectFirst("[name=form_token]").val() + more)));
    }

    private static HttpRequest.Builder request(int port, String sessionToken, String path, boolean script) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Accept", "text/html")
                .header("Cookie", "s=" + sessionToken);
        return script ? builder.header("HX-Request", "true") : builder;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
