package dev.ungrant.organizations;

import dev.ungrant.rbac.Role;
import io.micronaut.core.annotation.Nullable;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The form of a role.
 *
 * @param was the id of the role that it changes; empty for a new one
 * @param permissions resource and action of each box that was ticked, with a space between them
 */
record RoleForm(String was, String shown, String name, String description, Set<String> permissions) {
    private static final int MOST_FIELDS = 1000;
    private static final int LONGEST_DESCRIPTION = 1024;

    /** Letters of any language; no spaces at the ends, which nobody sees. Names that begin with stytch_ are the contract's. */
    private static final Pattern NAME =
            Pattern.compile("(?!(?i:stytch_))[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N} ._-]{0,62}[\\p{L}\\p{M}\\p{N}.])?");

    static RoleForm of(@Nullable String body) {
        Map<String, List<String>> fields = body == null
                ? Map.of()
                : new QueryStringDecoder(body, StandardCharsets.UTF_8, false, MOST_FIELDS).parameters();
        return new RoleForm(
                first(fields, "was"),
                first(fields, "shown"),
                first(fields, "name").strip(),
                first(fields, "description").strip(),
                Set.copyOf(fields.getOrDefault("permission", List.of())));
    }

    private static String first(Map<String, List<String>> fields, String name) {
        return fields.getOrDefault(name, List.of("")).getFirst();
    }

    boolean isOfAnother() {
        return !was.isEmpty();
    }

    /** By field, the last part of the key of what is to be said beside it. */
    Map<String, Object> mistakes(boolean fresh, Role wanted) {
        Map<String, Object> mistakes = new HashMap<>();
        if (fresh && !NAME.matcher(name).matches()) {
            mistakes.put("name", name.isEmpty() ? "missing" : "form");
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            mistakes.put("description", "long");
        }
        if (wanted.permissions().isEmpty()) {
            mistakes.put("permissions", "none");
        }
        return mistakes;
    }
}
