package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The signed-in person as pages show them, and the token that their forms carry (security: a form post is ours only when
 * it holds something that another site cannot know).
 *
 * @param formKey what the session's form tokens are made from, in hexadecimal
 * @param name what to call them; the e-mail address when they have no name
 * @param place the organization they are in; for a user of a consumer project, that project
 * @param placeLogo address of a picture of ours; null when the organization has none
 * @param member false for a user of a consumer project
 * @param sections the pages about the organization that the menu offers, by the last word of their addresses
 */
public record Visitor(
        UUID sessionId,
        String formKey,
        String name,
        @Nullable String emailAddress,
        String place,
        @Nullable String placeLogo,
        boolean member,
        List<String> sections) {
    private static final String ATTRIBUTE = "ungrant.visitor";
    private static final SecureRandom RANDOM = new SecureRandom();

    public static Optional<Visitor> of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Visitor.class);
    }

    public void enter(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /**
     * A token for the forms of one page. It is different each time, although the key is not, so that the size of a
     * compressed page tells nothing about it (BREACH).
     */
    String formToken() {
        byte[] key = HexFormat.of().parseHex(formKey);
        byte[] mask = new byte[key.length];
        RANDOM.nextBytes(mask);
        return HexFormat.of().formatHex(mask) + HexFormat.of().formatHex(xor(key, mask));
    }

    boolean made(@Nullable String formToken) {
        if (formToken == null || !formToken.matches("[0-9a-f]{" + 2 * formKey.length() + "}")) {
            return false;
        }
        byte[] mask = HexFormat.of().parseHex(formToken.substring(0, formKey.length()));
        byte[] masked = HexFormat.of().parseHex(formToken.substring(formKey.length()));
        return MessageDigest.isEqual(HexFormat.of().parseHex(formKey), xor(masked, mask));
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = left.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= right[i];
        }
        return result;
    }

    @Override
    public String toString() {
        return "Visitor[" + sessionId + "]";
    }
}
