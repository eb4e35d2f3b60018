package dev.ungrant.web;

import io.micronaut.http.HttpRequest;
import java.security.SecureRandom;
import java.util.Base64;

/** The one number that lets a script of ours run on a page: 128 fresh bits for each answer. */
final class Nonce {
    private static final String ATTRIBUTE = "ungrant.nonce";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonce() {}

    static String of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, String.class).orElseGet(() -> {
            byte[] bytes = new byte[16];
            RANDOM.nextBytes(bytes);
            String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            request.setAttribute(ATTRIBUTE, nonce);
            return nonce;
        });
    }
}
