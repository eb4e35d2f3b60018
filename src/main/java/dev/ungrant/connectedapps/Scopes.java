package dev.ungrant.connectedapps;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/** A set of scopes in the order in which they were asked for (RFC 6749 §3.3). */
public record Scopes(SequencedSet<String> names) {
    public static final String OPENID = "openid";
    public static final String OFFLINE_ACCESS = "offline_access";
    public static final String FULL_ACCESS = "full_access";

    /** The scopes that every project has; {@code full_access} is for first-party apps only (contract §8.4). */
    public static final Set<String> BUILT_IN = Set.of(OPENID, "profile", "email", "phone", OFFLINE_ACCESS, FULL_ACCESS);

    public static Scopes of(Collection<String> names) {
        return new Scopes(new LinkedHashSet<>(names));
    }

    /** @param text space-separated; may be empty */
    public static Scopes parse(String text) {
        return text.isBlank() ? of(List.of()) : of(List.of(text.strip().split(" +")));
    }

    public boolean contains(String name) {
        return names.contains(name);
    }

    public boolean covers(Scopes other) {
        return names.containsAll(other.names);
    }

    public Scopes intersect(Scopes other) {
        LinkedHashSet<String> both = new LinkedHashSet<>(names);
        both.retainAll(other.names);
        return new Scopes(both);
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    public List<String> toList() {
        return List.copyOf(names);
    }

    /** Space-separated, as the wire wants it. */
    @Override
    public String toString() {
        return String.join(" ", names);
    }
}
