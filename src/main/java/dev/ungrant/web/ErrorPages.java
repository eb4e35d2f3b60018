package dev.ungrant.web;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A failure as a page for people, or as the part of a page that htmx puts where the failure belongs. */
@Singleton
final class ErrorPages {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);

    private final Pages pages;
    private final Words words;

    ErrorPages(Pages pages, Words words) {
        this.pages = pages;
        this.words = words;
    }

    MutableHttpResponse<?> show(HttpRequest<?> request, Problem problem) {
        Locale locale = words.locale(request);
        String key = key(locale, problem.type());
        Map<String, Object> model = Map.of(
                "status", problem.type().status().getCode(),
                "title", words.say(locale, key + ".title"),
                "text",
                        words.say(
                                locale,
                                key + ".text",
                                problem.retryAfterSeconds() == null ? 0L : problem.retryAfterSeconds()),
                // Only a page that was asked for can be asked for again; a post must be made anew.
                "again", problem.type().status().getCode() >= 429 && request.getMethod() == HttpMethod.GET);
        try {
            return Htmx.vary(
                    Htmx.wantsFragment(request)
                            ? pages.fragment(request, problem.type().status(), "error", "problem", model)
                            : pages.page(request, problem.type().status(), "error", model));
        } catch (RuntimeException e) {
            LOG.error("{} the error page itself failed", RequestId.of(request), e);
            return HttpResponse.status(problem.type().status())
                    .contentType(MediaType.TEXT_PLAIN_TYPE)
                    .body(model.get("title") + "\n\n" + model.get("text") + "\n\n" + RequestId.of(request) + "\n");
        }
    }

    /** Words for this very problem when there are some, else those of its status; never the problem's own, which are the API's. */
    private String key(Locale locale, ErrorType type) {
        String own = "error." + type.wireName();
        if (words.find(locale, own + ".title").isPresent()) {
            return own;
        }
        String ofStatus = "error." + type.status().getCode();
        return words.find(locale, ofStatus + ".title").isPresent() ? ofStatus : "error.400";
    }
}
