package dev.ungrant.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the source can record has words, and holds nothing about people but their ids. */
final class ActionsTest {
    private static final Path MAIN = Path.of("src/main/java/dev/ungrant");
    private static final Pattern DOTTED = Pattern.compile("\"([a-z]+(?:[.][a-z_-]+)+)\"");

    /** Texts of the same shape in files that record something: a kind of message, permissions, columns and keys of tables. */
    private static final Pattern NO_ACTION = Pattern.compile(
            "grant\\.ended|(grants|update|members|organizations|users|stytch|ungrant|mail|job)\\.(?!started|finished).*");

    /** What details may hold: ids, words of ours, counts, and addresses of pages and servers, never of people. */
    private static final Set<String> DETAILS = Set.of(
            "algorithm",
            "apps",
            "authorization_id",
            "by",
            "capabilities",
            "changed",
            "client_documents",
            "client_type",
            "cookies",
            "dynamic_registration",
            "endpoint_audience",
            "filter",
            "filters",
            "format",
            "issuer",
            "job",
            "key",
            "kind",
            "member_actions",
            "members",
            "origin",
            "pkce_optional",
            "scopes",
            "session_id",
            "sessions",
            "state",
            "tally",
            "total",
            "why");

    private final List<String> recording = recording();

    @Test
    void everyActionOfTheSourceIsInTheListAndHasWords() throws IOException {
        Set<String> actions = new TreeSet<>();
        recording.forEach(source -> collect(DOTTED, source, actions));
        actions.removeIf(NO_ACTION.asMatchPredicate());
        // Refusals are recorded under the name of the permission that was missing.
        actions.addAll(List.of("get.connected-apps", "revoke.connected-app"));
        assertThat(actions).hasSizeGreaterThan(30);
        assertThat(Actions.ALL)
                .as("A new action gets an entry in Actions and its words, activity.action.<action>, in every language")
                .containsAll(actions);
        Properties words = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/messages.properties"))) {
            words.load(reader);
        }
        assertThat(Actions.ALL)
                .allSatisfy(action -> assertThat(words.getProperty("activity.action." + action))
                        .isNotBlank());
        assertThat(words.stringPropertyNames().stream()
                        .filter(key -> key.startsWith("activity.action."))
                        .map(key -> key.substring("activity.action.".length())))
                .containsExactlyInAnyOrderElementsOf(Actions.ALL);
    }

    /** Erasing somebody must not want an event changed, which would break its chain. */
    @Test
    void detailsHoldNoNamesAndNoAddressesOfPeople() {
        Set<String> keys = new TreeSet<>();
        Pattern details = Pattern.compile("\\.with\\(\\s*Map\\.of\\((.*?)\\)\\)\\)?;", Pattern.DOTALL);
        Pattern key = Pattern.compile("(?:^|,)\\s*\"([a-z_]+)\"\\s*,", Pattern.DOTALL);
        for (String source : recording) {
            Matcher matcher = details.matcher(source);
            while (matcher.find()) {
                collect(key, matcher.group(1), keys);
            }
        }
        assertThat(keys).hasSizeGreaterThan(10);
        assertThat(DETAILS)
                .as("A new key is written down in this test by somebody who has looked at what it holds")
                .containsAll(keys);
    }

    private static void collect(Pattern pattern, String text, Set<String> into) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            into.add(matcher.group(1));
        }
    }

    private static List<String> recording() {
        try (Stream<Path> files = Files.walk(MAIN)) {
            List<String> sources = new ArrayList<>();
            for (Path file : files.filter(
                            path -> path.toString().endsWith(".java") && !path.startsWith(MAIN.resolve("audit")))
                    .toList()) {
                String source = Files.readString(file);
                if (source.contains("AuditEvent.")) {
                    sources.add(source);
                }
            }
            return sources;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
