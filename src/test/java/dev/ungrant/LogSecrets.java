package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds secrets by their looks: what we mint has a typed prefix, what others send has a place where it stands. */
final class LogSecrets {
    private static final Pattern LOOKS = Pattern.compile(String.join(
            "|",
            // Whatever stands before them. Tokens, codes, sessions, sign-ins, secrets of clients and projects, whole or
            // nearly so.
            "cp[a-z]{2}_[\\w-]{20,}",
            "secret-(test|live)-[\\w-]{20,}",
            // A signed token, ours or somebody's.
            "eyJ[\\w-]{10,}\\.[\\w-]{10,}",
            "(?i)(basic|bearer) +[\\w+/=.~-]{16,}",
            "(?i)(code_verifier|client_secret|form_token)\\W{1,4}[\\w+/%=.~-]{16,}"));

    private LogSecrets() {}

    static List<String> in(String text) {
        return LOOKS.matcher(text).results().map(MatchResult::group).distinct().toList();
    }

    /** Fails with the kind of what was found and where, which is all that one may repeat. */
    static void assertNone(String log) {
        assertThat(log.lines()
                        .filter(line -> !in(line).isEmpty())
                        .map(line -> LOOKS.matcher(line)
                                .replaceAll(found -> found.group().substring(0, 8) + "…"))
                        .limit(20))
                .as("lines with a secret")
                .isEmpty();
    }
}
