package dev.ungrant.rbac;

import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * What roles are called and what they are for, as people read it. The built-in ones have words in every language; all others
 * are called by their id, which is what whoever made them chose, whatever word of ours it may equal.
 */
@Singleton
public final class RoleWords {
    private final Words words;

    RoleWords(Words words) {
        this.words = words;
    }

    public String name(Locale locale, String roleId) {
        return isBuiltIn(roleId) ? words.find(locale, "role." + roleId).orElse(roleId) : roleId;
    }

    /** Blank when nobody has written anything. */
    public String about(Locale locale, Role role) {
        return isBuiltIn(role.roleId())
                ? words.find(locale, "role." + role.roleId() + ".about").orElse(role.description())
                : role.description();
    }

    /** Whether the words for it say all that it gives. */
    public boolean isBuiltIn(String roleId) {
        return Policy.MEMBERS.roles().stream().anyMatch(role -> role.roleId().equals(roleId));
    }
}
