package dev.ungrant.oauth;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parameters of an authorization request, each with all the values that came. */
final class RequestParameters {
    /**
     * The parameters that mean something here. Others are passed over as unknown ones are (RFC 6749 §3.1); so are
     * {@code display}, {@code acr_values} and the locales, which a server need not support (Core §3.1.2.1).
     */
    private static final Set<String> MEANT = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "max_age",
            "login_hint",
            "id_token_hint",
            "claims",
            "resource",
            "dpop_jkt");

    /** Those that {@link RequestRules} refuses whatever they hold; of the first two, {@link RequestObjects} leaves what is not good. */
    private static final Set<String> REFUSED = Set.of("request", "request_uri", "registration");

    private static final int LONGEST_ALTOGETHER = 16_384;

    private RequestParameters() {}

    static boolean mean(String name) {
        return MEANT.contains(name);
    }

    static boolean isKept(String name) {
        return MEANT.contains(name) || REFUSED.contains(name);
    }

    /** The value of a parameter that came once and is not empty; else null. */
    @Nullable
    static String single(Map<String, List<String>> given, String name) {
        List<String> values = given.getOrDefault(name, List.of());
        return values.size() == 1 && !values.getFirst().isEmpty() ? values.getFirst() : null;
    }

    /**
     * The part of a request that decides about it.
     *
     * @throws Problem when it is larger than any request that makes sense
     */
    static Map<String, List<String>> kept(Map<String, List<String>> given) {
        Map<String, List<String>> kept = new LinkedHashMap<>(given);
        kept.keySet().removeIf(name -> !isKept(name));
        int length = kept.values().stream()
                .flatMap(List::stream)
                .mapToInt(value -> value.length() + 1)
                .sum();
        if (length > LONGEST_ALTOGETHER) {
            throw new Problem(ErrorType.AUTHORIZE_MALFORMED);
        }
        return kept;
    }
}
