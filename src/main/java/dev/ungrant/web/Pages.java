package dev.ungrant.web;

import io.micronaut.context.env.Environment;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;

/**
 * Draws pages and parts of pages. Drawn at once rather than when the answer is written, so that a template that fails
 * ends in an error page; the framework's own way would leave the browser waiting for ever.
 */
@Singleton
public final class Pages {
    private static final MediaType HTML = MediaType.of("text/html; charset=utf-8");

    private final TemplateEngine engine;
    private final Words words;
    private final boolean demo;

    Pages(TemplateEngine engine, Words words, Environment environment) {
        this.engine = engine;
        this.words = words;
        this.demo = environment.getActiveNames().contains("demo");
    }

    /** @param view a constant, as {@code connectedapps/list}: never anything that came with the request */
    public MutableHttpResponse<String> page(HttpRequest<?> request, String view, Map<String, ?> model) {
        return page(request, HttpStatus.OK, view, model);
    }

    public MutableHttpResponse<String> page(
            HttpRequest<?> request, HttpStatus status, String view, Map<String, ?> model) {
        return answer(status, draw(request, view, null, model));
    }

    /** The one element of the view that carries {@code th:fragment="<fragment>"}. */
    public MutableHttpResponse<String> fragment(
            HttpRequest<?> request, String view, String fragment, Map<String, ?> model) {
        return fragment(request, HttpStatus.OK, view, fragment, model);
    }

    public MutableHttpResponse<String> fragment(
            HttpRequest<?> request, HttpStatus status, String view, String fragment, Map<String, ?> model) {
        return answer(status, draw(request, view, fragment, model));
    }

    /** The text of a view that is no answer to a request, such as a mail. */
    public String text(Locale locale, String view, Map<String, Object> model) {
        StringWriter writer = new StringWriter(2048);
        engine.process(view, new Context(locale, model), writer);
        return writer.toString();
    }

    private String draw(HttpRequest<?> request, String view, @Nullable String fragment, Map<String, ?> model) {
        Locale locale = words.locale(request);
        Map<String, Object> all = new HashMap<>(model);
        all.put("nonce", Nonce.of(request));
        all.put("requestId", RequestId.of(request));
        all.put("demo", demo);
        all.put("language", Languages.tag(locale));
        all.put("frame", Frame.of(request).orElse(null));
        all.put("section", section(request.getPath()));
        all.put("organizationSection", organizationSection(request.getPath()));
        all.put("partial", fragment != null);
        Visitor visitor = Visitor.of(request).orElse(null);
        all.put("visitor", visitor);
        all.put("formToken", visitor == null ? "" : visitor.formToken());
        Context context = new Context(locale, all);
        StringWriter writer = new StringWriter(16384);
        if (fragment == null) {
            engine.process(view, context, writer);
        } else {
            engine.process(view, Set.of(fragment), context, writer);
        }
        return writer.toString();
    }

    /** The entry of the main menu that the page belongs to. */
    private static String section(String path) {
        return path.equals("/") || path.startsWith("/apps/") || Frame.isFor(path) || path.startsWith("/removed/")
                ? "apps"
                : path.startsWith("/organization/")
                        ? "organization"
                        : path.equals("/sessions")
                                ? "sessions"
                                : path.equals("/activity")
                                        ? "activity"
                                        : path.startsWith("/oauth2/") ? "request" : "none";
    }

    /** The entry of the organization's menu that the page belongs to: {@code members} for {@code /organization/members/...}. */
    private static String organizationSection(String path) {
        String[] words = path.split("/", 4);
        return words.length > 2 && words[1].equals("organization") ? words[2] : "none";
    }

    private static MutableHttpResponse<String> answer(HttpStatus status, String html) {
        return HttpResponse.<String>status(status)
                .body(html)
                .contentType(HTML)
                .characterEncoding(StandardCharsets.UTF_8);
    }
}
