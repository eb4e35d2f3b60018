package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of attacks names tests; these must be there. */
final class AttackListTest {
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+Test)(?:#(\\w+))?`");

    @Test
    void everyTestOfTheListExists() throws IOException {
        Map<String, String> suites = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                suites.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        List<MatchResult> named = TEST.matcher(Files.readString(Path.of("docs/attacks.md")))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(80).allSatisfy(test -> {
            assertThat(suites).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(suites.get(test.group(1))).contains("void " + test.group(2) + "(");
            }
        });
    }

    /** A rule that nobody looks at directly would not be missed otherwise. */
    @Test
    void everyRuleHasATestNamedAfterIt() throws IOException {
        String rules = Files.readString(Path.of("src/test/java/dev/ungrant/oauth/RulesTest.java"))
                + Files.readString(Path.of("src/test/java/dev/ungrant/oauth/EndpointRulesTest.java"));
        assertThat(IntStream.rangeClosed(1, 34)
                        .mapToObj("b%02d"::formatted)
                        .filter(rule -> !Pattern.compile("void " + rule + "[A-Z]")
                                .matcher(rules)
                                .find()))
                .isEmpty();
    }
}
