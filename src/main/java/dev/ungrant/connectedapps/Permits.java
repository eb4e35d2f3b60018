package dev.ungrant.connectedapps;

import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** Scopes in words, the worst first, for whoever shows or asks for them: one sentence for each, everywhere the same. */
@Singleton
public final class Permits {
    /** Of a scope that only the integrator knows: does its name speak of changing something? */
    private static final Pattern CHANGES = Pattern.compile(
            "(^|[^a-z])(write|delete|remove|manage|admin|edit|update|create|send|full|all)([^a-z]|$)|\\*");

    /** What matters most is read first; staying connected is about when, not about what, so it ends its class. */
    static final Comparator<Permit> WORST_FIRST = Comparator.comparing(Permit::risk)
            .thenComparing(permit -> permit.scope().equals(Scopes.OFFLINE_ACCESS));

    private final Words words;
    private final Policies policies;

    Permits(Words words, Policies policies) {
        this.words = words;
        this.policies = policies;
    }

    /** The words for the scopes of one project, in one language. Asks the database once at most, and only if it must. */
    public Reader reader(UUID projectId, Locale locale) {
        return new Reader(projectId, locale);
    }

    public final class Reader {
        private final UUID projectId;
        private final Locale locale;
        private final Map<String, Permit> known = new HashMap<>();
        private Map<String, String> described;

        private Reader(UUID projectId, Locale locale) {
            this.projectId = projectId;
            this.locale = locale;
        }

        /** @param scopes space-separated, as granted */
        public List<Permit> read(String scopes) {
            List<Permit> permits = new ArrayList<>(Scopes.parse(scopes).names().stream()
                    .map(scope -> known.computeIfAbsent(scope, this::permit))
                    .toList());
            permits.sort(WORST_FIRST);
            return permits;
        }

        private Permit permit(String scope) {
            String key = "scope." + scope;
            // A scope may be called anything; "openid.why" is not the name of our sentence.
            boolean plain = !scope.endsWith(".risk") && !scope.endsWith(".why") && !scope.endsWith(".group");
            return words.find(locale, key)
                    .filter(text -> plain)
                    .map(text -> new Permit(
                            scope,
                            text,
                            true,
                            words.find(locale, key + ".risk")
                                    .map(risk -> Permit.Risk.valueOf(risk.toUpperCase(Locale.ROOT)))
                                    .orElse(Permit.Risk.MEDIUM),
                            words.find(locale, key + ".why").orElse(null),
                            words.find(locale, key + ".group")
                                    .orElseGet(() -> words.say(locale, "permit.other-group"))))
                    .orElseGet(() -> foreign(scope));
        }

        private Permit foreign(String scope) {
            String description = descriptions().getOrDefault(scope, "");
            Permit.Risk risk =
                    CHANGES.matcher(scope.toLowerCase(Locale.ROOT)).find() ? Permit.Risk.HIGH : Permit.Risk.MEDIUM;
            int colon = scope.indexOf(':');
            String group = colon > 0 && colon <= 40
                    ? Character.toUpperCase(scope.charAt(0)) + scope.substring(1, colon)
                    : words.say(locale, "permit.other-group");
            return new Permit(scope, description.isBlank() ? scope : description, false, risk, null, group);
        }

        private Map<String, String> descriptions() {
            if (described == null) {
                described = new HashMap<>();
                for (Policy.Scope scope : policies.of(projectId).scopes()) {
                    described.putIfAbsent(scope.scope(), scope.description() == null ? "" : scope.description());
                }
            }
            return described;
        }
    }
}
