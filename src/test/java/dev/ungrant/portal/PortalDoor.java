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

    /** As an administrator does it for a member, with a reason. */
    public static void revokeFor(int port, String sessionToken, String memberId, String appId, boolean script) {
        String path = "/organization/members/" + memberId + "/apps/" + appId + "/revoke";
        HttpResponse<String> question =
                send(request(port, sessionToken, path, script).GET());
        assertThat(question.statusCode()).as(question.body()).isEqualTo(200);
        Element form = Jsoup.parse(question.body()).selectFirst("form.confirm-acts");
        assertThat(form).as("there is something to remove: " + question.body()).isNotNull();
        assertThat(form.attr("action")).isEqualTo(path);
        // The form of the dialog is sent as it is, so that the page comes back with the receipt.
        assertThat(form.hasAttr("data-hx-post")).isFalse();
        assertThat(post(port, sessionToken, form, "&reason=offboarding", false).statusCode())
                .isEqualTo(303);
    }

    /** The same for apps that are ticked. */
    public static void revokeSelectedFor(int port, String sessionToken, String memberId, String appId) {
        String path = "/organization/members/" + memberId + "/apps";
        Element bulk = Jsoup.parse(
                        send(request(port, sessionToken, path, false).GET()).body())
                .getElementById("bulk");
        Element form = Jsoup.parse(
                        post(port, sessionToken, bulk, "&app=" + appId, false).body())
                .selectFirst("form.confirm-acts");
        assertThat(form.attr("action")).isEqualTo(path + "/revoke");
        assertThat(post(port, sessionToken, form, "&app=" + appId + "&reason=offboarding", false)
                        .statusCode())
                .isEqualTo(303);
    }

    /** As somebody who answers for the organization does, on the app's page there: one of its people, with a reason. */
    public static void revokeFor(int port, String sessionToken, String memberId, String appId) {
        Element app = Jsoup.parse(send(request(port, sessionToken, "/organization/apps/" + appId, false)
                        .GET())
                .body());
        Element button = app.getElementById(memberId);
        assertThat(button)
                .as("the person is among those who use it: " + app.text())
                .isNotNull();
        String item = "&of=" + appId + "&item=" + memberId;
        HttpResponse<String> question =
                post(port, sessionToken, button.selectFirst("form"), item + "&act=remove", false);
        assertThat(question.statusCode()).as(question.body()).isEqualTo(200);
        Element form = Jsoup.parse(question.body()).selectFirst("form.answers");
        HttpResponse<String> answer = post(port, sessionToken, form, item + "&reason=Because", false);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location").orElse("")).endsWith("?done=removed");
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
