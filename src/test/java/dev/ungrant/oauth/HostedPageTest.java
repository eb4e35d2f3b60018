package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.OAuthTest;
import dev.ungrant.TestSession;
import dev.ungrant.projects.Vertical;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;

/** Apps that send browsers to our own authorization page, and browsers without script that go there. */
abstract class HostedPageTest extends OAuthTest {
    protected Backend backend;
    protected Map<String, Object> acme;
    protected Map<String, Object> ben;
    protected Client calendar;
    protected String verifier;

    @BeforeEach
    void cast() {
        backend = hosted(Vertical.B2B);
        acme = backend.organization("Acme");
        ben = member(acme, "ben");
        calendar = app(backend, "third_party", Map.of("client_name", "Calendar"));
        verifier = verifier();
    }

    /** A member whose address nobody else has. */
    protected Map<String, Object> member(Map<String, Object> organization, String name, String... roles) {
        return backend.member(
                organization, name + "-" + UUID.randomUUID().toString().substring(0, 8) + "@acme.example", roles);
    }

    /** What a well-behaved app asks for; a test changes what it is about. */
    protected Map<String, String> asking(Client client, String... scopes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", client.id());
        parameters.put("redirect_uri", REDIRECT);
        parameters.put("response_type", "code");
        parameters.put("scope", String.join(" ", scopes));
        parameters.put("state", "state-1");
        parameters.put("nonce", "nonce-1");
        parameters.put("code_challenge", challenge(verifier));
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    protected Map<String, String> asking(Client client, Map<String, String> more, String... scopes) {
        Map<String, String> parameters = asking(client, scopes);
        more.forEach((name, value) -> {
            if (value == null) {
                parameters.remove(name);
            } else {
                parameters.put(name, value);
            }
        });
        return parameters;
    }

    protected static String authorize(Map<String, String> parameters) {
        return "/oauth2/authorize?" + encoded(parameters);
    }

    protected static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    protected Surfer surfer() {
        return new Surfer();
    }

    protected String sessionCookie() {
        return "s";
    }

    /** A browser in which the person is signed in since now. */
    protected Surfer surfer(Map<String, Object> person) {
        Surfer surfer = new Surfer();
        surfer.cookies.put(sessionCookie(), portalSession(backend, person));
        return surfer;
    }

    /** A browser without script: cookies, links and forms. */
    protected final class Surfer {
        final Map<String, String> cookies = new HashMap<>();
        String path;

        HttpResponse<String> get(String address) {
            return send(address, HttpRequest.newBuilder(uri(address)).GET());
        }

        HttpResponse<String> post(String address, Map<String, String> form) {
            return post(address, form, "same-origin");
        }

        /** @param site where the form was, as the browser says */
        HttpResponse<String> post(String address, Map<String, String> form, String site) {
            return send(
                    address,
                    HttpRequest.newBuilder(uri(address))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Sec-Fetch-Site", site)
                            .POST(HttpRequest.BodyPublishers.ofString(encoded(form))));
        }

        private HttpResponse<String> send(String address, HttpRequest.Builder request) {
            path = address;
            if (!cookies.isEmpty()) {
                request.header(
                        "Cookie",
                        cookies.entrySet().stream()
                                .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
                                .collect(Collectors.joining("; ")));
            }
            HttpResponse<String> response = sendRaw(request.header("Accept", "text/html"));
            for (String cookie : response.headers().allValues("set-cookie")) {
                String name = cookie.substring(0, cookie.indexOf('='));
                cookies.remove(name);
                if (!cookie.contains("Max-Age=0")) {
                    cookies.put(name, cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')));
                }
            }
            return response;
        }

        /** Goes where the answer leads, as long as that is here. */
        HttpResponse<String> follow(HttpResponse<String> response) {
            HttpResponse<String> last = response;
            for (int i = 0; i < 10 && last.statusCode() == 303 && location(last).startsWith("/"); i++) {
                last = get(location(last));
            }
            return last;
        }

        /** Opens what the app links to and goes on until there is a page, or the app has its answer. */
        HttpResponse<String> open(Map<String, String> parameters) {
            return follow(get(authorize(parameters)));
        }

        /** The page that asks; fails when it is another one. */
        Document consent(Map<String, String> parameters) {
            HttpResponse<String> response = open(parameters);
            Document page = Jsoup.parse(response.body());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(page.selectFirst("#consent-title")).as(page.text()).isNotNull();
            return page;
        }

        /** Presses a button of the page that is open. */
        HttpResponse<String> press(Document page, String id) {
            Element button = page.getElementById(id);
            assertThat(button).as("%s in %s", id, page.text()).isNotNull();
            Element form = button.closest("form");
            Map<String, String> fields = new LinkedHashMap<>();
            form.select("input").forEach(input -> fields.put(input.attr("name"), input.val()));
            if (button.hasAttr("name")) {
                fields.put(button.attr("name"), button.val());
            }
            return post(form.attr("action"), fields);
        }

        /** Consents to what is asked and returns the code. */
        String allow(Map<String, String> parameters) {
            return codeIn(press(consent(parameters), "consent-allow"));
        }

        /** Signs in by mail on the page that the answer shows, and goes on. */
        HttpResponse<String> signIn(HttpResponse<String> signInPage, String emailAddress) {
            int before = TestSession.mailbox().mailsTo(emailAddress).size();
            Document page = Jsoup.parse(signInPage.body());
            String returnTo = page.selectFirst("input[name=return_to]").val();
            Document codePage =
                    Jsoup.parse(follow(post("/sign-in", Map.of("email", emailAddress, "return_to", returnTo)))
                            .body());
            assertThat(codePage.selectFirst("#code")).as(codePage.text()).isNotNull();
            return follow(post(
                    "/sign-in/code",
                    Map.of(
                            "code",
                            mailedCode(emailAddress, before),
                            "return_to",
                            codePage.selectFirst("input[name=return_to]").val())));
        }
    }

    protected static String mailedCode(String emailAddress, int before) {
        for (int i = 0; i < 200; i++) {
            var mails = new ArrayList<>(TestSession.mailbox().mailsTo(emailAddress));
            if (mails.size() > before) {
                return mails.getFirst().subject().replaceAll("[^0-9]", "").substring(0, 6);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("no mail to " + emailAddress);
    }

    protected static String location(HttpResponse<?> response) {
        return response.headers()
                .firstValue("location")
                .orElseThrow(() -> new AssertionError(response + "\n" + response.body()));
    }

    /**
     * The app's answer, which must be one: at its own address, with its state, and from our issuer (C24, rule 16). RFC 9207
     * §2: "In authorization responses to the client, including error responses, an authorization server supporting this
     * specification MUST indicate its identity by including the iss parameter in the response."
     */
    protected Map<String, String> answer(HttpResponse<?> response) {
        assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(303);
        assertThat(location(response)).startsWith(REDIRECT + "?");
        Map<String, String> answer = query(location(response));
        assertThat(answer).containsEntry("iss", issuer()).containsEntry("state", "state-1");
        return answer;
    }

    /** As the project's discovery document says. */
    protected String issuer() {
        return discovery().text("issuer");
    }

    protected Answer discovery() {
        return send(HttpRequest.newBuilder(
                uri("/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration")));
    }

    protected String codeIn(HttpResponse<?> response) {
        Map<String, String> answer = answer(response);
        assertThat(answer).containsKey("code").doesNotContainKey("error");
        return answer.get("code");
    }

    protected void refusedToApp(HttpResponse<?> response, String error) {
        Map<String, String> answer = answer(response);
        assertThat(answer).containsEntry("error", error).doesNotContainKey("code");
    }

    /** A page that says what is wrong and leads nowhere. */
    protected static void refusedOnPage(HttpResponse<String> response) {
        assertThat(response.statusCode()).as("%s", response).isEqualTo(400);
        assertThat(response.headers().firstValue("location")).isEmpty();
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        assertThat(Jsoup.parse(response.body()).select("h1")).hasSize(1);
        assertThat(response.body()).doesNotContain("app.example", "state-1");
    }

    protected Connection redeem(String code) {
        Answer answer = tryRedeem(calendar, code).ok();
        return new Connection(calendar, answer.text("access_token"), answer.text("refresh_token"), answer);
    }

    /** At the token endpoint that the project's discovery document names. */
    protected Answer tryRedeem(Client client, String code) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", verifier);
        return form("/v1/public/" + backend.project().wireId() + "/oauth2/token", form);
    }

    protected static List<String> texts(Document page, String selector) {
        return page.select(selector).eachText();
    }
}
