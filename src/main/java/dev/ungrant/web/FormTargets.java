package dev.ungrant.web;

import io.micronaut.http.HttpRequest;
import java.net.URI;

/**
 * Where the forms of one page may lead. Usually nowhere but here; a page whose form ends at an app, at once or after a
 * redirect, names the origin of that one app, since browsers hold redirects to the same rule (CSP 3 §6.4.1).
 */
public final class FormTargets {
    private static final String ATTRIBUTE = "ungrant.form-targets";
    private static final String OURS = "'self'";

    private FormTargets() {}

    /** The forms of this answer lead here, and from here on to the target. */
    public static void allow(HttpRequest<?> request, URI target) {
        request.setAttribute(ATTRIBUTE, OURS + ' ' + source(target));
    }

    /** The form of this answer leads to the target and nowhere else. */
    public static void only(HttpRequest<?> request, URI target) {
        request.setAttribute(ATTRIBUTE, source(target));
    }

    static String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElse(OURS);
    }

    /** Put together from parts that hold no separator, never from the text of the address itself. */
    private static String source(URI target) {
        String host = target.getHost();
        // CSP has no way to write an IPv6 address, and an app's own scheme has no host.
        boolean plain = host != null
                && host.matches("[A-Za-z0-9.-]+")
                && target.getScheme().startsWith("http");
        return target.getScheme()
                + ':'
                + (plain ? "//" + host + (target.getPort() < 0 ? "" : ":" + target.getPort()) : "");
    }
}
