package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import java.util.Optional;

/**
 * The frame of a host's page that an answer is drawn in. The same doors draw the same pages there; what differs is where
 * their links lead, who may show them, and that the host says how they look.
 *
 * @param origin the one origin whose pages may show the answer
 * @param handle what the script sends with each request, since the cookie may not come back; null: nobody is signed in
 * @param person the id of whoever is here; null: nobody is
 * @param secondsLeft until the session ends however much it is used
 * @param direction {@code ltr} or {@code rtl}; null: as the language runs
 * @param mode {@code auto}, {@code light} or {@code dark}
 * @param theme the address of the host's colours; null: it has none
 */
public record Frame(
        String origin,
        @Nullable String handle,
        @Nullable String person,
        long secondsLeft,
        @Nullable String direction,
        String mode,
        @Nullable String theme) {
    public static final String ROOT = "/embed";

    private static final String ATTRIBUTE = "ungrant.frame";

    public static Optional<Frame> of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Frame.class);
    }

    /** From here on the answer to this request is one for the frame. */
    public void enter(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whether the address is one of those for frames, whoever asks for it. */
    public static boolean isFor(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    /** The address of a page of ours as it is where the request came from: in a frame, that of the same page there. */
    public static String link(HttpRequest<?> request, String page) {
        return of(request).isPresent() ? link(page) : page;
    }

    static String link(String page) {
        boolean list = page.equals("/") || page.startsWith("/?");
        return list ? ROOT + "/apps" + page.substring(1) : ROOT + page;
    }

    /** The address of the style sheet that draws in the mode. */
    public String sheet() {
        return sheet(mode);
    }

    static String sheet(String mode) {
        return "/static/" + (mode.equals("auto") ? "app.css" : "app-" + mode + ".css");
    }

    @Override
    public String toString() {
        return "Frame[" + origin + "]";
    }
}
