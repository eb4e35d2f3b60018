package dev.ungrant.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.Node;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** The policies that pages really carry, judged by somebody else: Google's evaluator of content security policies. */
class ContentPolicyTest extends PortalTest {
    @Inject
    Json json;

    @Test
    void evaluatorHasNothingAgainstThePolicyOfAnyPage() {
        Subject subject = cast.subject(cast.member("Ben"));
        String session = cast.signIn(subject);
        ConnectedApp app = cast.everydayApps(subject).getFirst();
        Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
        for (String path : List.of(
                "/",
                "/?q=nothing-like-it",
                "/sessions",
                "/apps/" + app.wireId(),
                "/apps/" + app.wireId() + "/revoke")) {
            answers.put(path, call(path).as(session).get());
            answers.put(path + " signed out", call(path).get());
            answers.put(
                    path + " as a fragment",
                    call(path).as(session).header("HX-Request", "true").get());
        }
        for (String path :
                List.of("/sign-in", "/sign-in/code", "/nothing", "/v1/nothing", "/health", "/demo/mailbox")) {
            answers.put(path, call(path).get());
        }
        answers.put("refused form", call("/sessions").as(session).send("POST", "text/plain", ""));
        String style = Jsoup.parse(answers.get("/sign-in").body())
                .selectFirst("link[rel=stylesheet]")
                .attr("href");
        answers.put("style sheet", call(style).get());

        List<String> policies = new ArrayList<>();
        answers.forEach((what, answer) -> policies.add(answer.headers()
                .firstValue("content-security-policy")
                .orElseThrow(() -> new AssertionError(what + " has no policy"))));
        assertThat(policies.stream().filter(policy -> policy.contains("script-src 'nonce-")))
                .hasSizeGreaterThan(15);
        List<List<String>> findings = evaluate(policies);
        List<String> names = List.copyOf(answers.keySet());
        for (int i = 0; i < names.size(); i++) {
            assertThat(findings.get(i))
                    .as(names.get(i) + ": " + policies.get(i))
                    .isEmpty();
        }
    }

    /** So that a silent evaluator is not taken for a content one. */
    @Test
    void evaluatorSaysSoWhenAPolicyIsWeak() {
        for (String weak : List.of(
                "script-src 'unsafe-inline'; object-src 'none'; base-uri 'none'",
                "script-src https:; object-src 'none'; base-uri 'none'",
                "default-src 'self'",
                "script-src 'nonce-abc'; object-src 'none'",
                "img-src 'self'")) {
            assertThat(evaluate(List.of(weak)).getFirst()).as(weak).isNotEmpty();
        }
    }

    @SuppressWarnings("unchecked")
    private List<List<String>> evaluate(List<String> policies) {
        String found =
                Node.run("csp.mjs", Map.of("POLICIES", json.write(policies))).orFail();
        List<List<String>> findings =
                (List<List<String>>) json.object("{\"found\":" + found + "}").get("found");
        assertThat(findings).hasSameSizeAs(policies);
        return Collections.unmodifiableList(findings);
    }
}
