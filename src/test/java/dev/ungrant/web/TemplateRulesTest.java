package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What must not stand in a template, and what must stand beside it. */
class TemplateRulesTest {
    private static final Pattern BANNED = Pattern.compile(
            "th:utext|\\[\\(|th:inline|__\\$|th:on|th:style|\\sstyle=|<style|\\son[a-z]+=|~\\{\\$\\{(?!main\\})|unescape|hx-on|js:|hx-vars|hx-boost");

    private static List<Path> views() throws IOException {
        try (var files = Files.walk(Path.of("views"))) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    @Test
    void templatesHoldNothingThatRunsWhatPeopleWrote() throws IOException {
        assertThat(views()).hasSizeGreaterThan(8);
        for (Path view : views()) {
            Matcher banned = BANNED.matcher(Files.readString(view));
            assertThat(banned.find() ? banned.group() : null)
                    .as(view.toString())
                    .isNull();
            assertThat(Files.readString(view))
                    .as(view + " has scripts by address only")
                    .doesNotContainPattern("<script(?![^>]*th:src)");
        }
    }

    @Test
    void elementsOfHtmxCarryTheNonce() throws IOException {
        Pattern act = Pattern.compile("<[a-z]+[^>]*data-hx-(get|post)[^>]*>");
        for (Path view : views()) {
            act.matcher(Files.readString(view))
                    .results()
                    .forEach(element ->
                            assertThat(element.group()).as(view.toString()).contains("th:hx-nonce=\"${nonce}\""));
        }
    }

    @Test
    void postedFormsCarryTheToken() throws IOException {
        Pattern form =
                Pattern.compile("<form[^>]*method=\"post\"[^>]*th:action=\"@\\{/([^\"}(]*).*?</form>", Pattern.DOTALL);
        for (Path view : views()) {
            form.matcher(Files.readString(view)).results().forEach(found -> {
                // Nobody is signed in yet where one signs in; there the origin and the cookie of the attempt decide.
                if (!found.group(1).startsWith("sign-in") && !found.group(1).startsWith("join")) {
                    assertThat(found.group()).as(view.toString()).contains("name=\"form_token\"");
                }
            });
        }
    }

    @Test
    void everyWordExistsAndNoneIsQuotedByAccident() throws IOException {
        Properties words = new Properties();
        try (var reader = Files.newBufferedReader(Path.of("src/main/resources/messages.properties"))) {
            words.load(reader);
        }
        assertThat(words.values()).noneMatch(text -> text.toString().contains("'"));
        Pattern key = Pattern.compile("#\\{([a-z][a-z0-9.-]*)[}(]");
        for (Path view : views()) {
            key.matcher(Files.readString(view))
                    .results()
                    .forEach(found -> assertThat(words).as(view.toString()).containsKey(found.group(1)));
        }
        assertThat(words.stringPropertyNames().stream()
                        .filter(name -> name.startsWith("scope.") && name.endsWith(".risk"))
                        .map(words::getProperty))
                .containsOnly("high", "medium", "low");
    }

    @Test
    void vendoredScriptsAreTheOnesThatWereLookedAt() throws IOException, NoSuchAlgorithmException {
        String documented = Files.readString(Path.of("docs/development.md"), StandardCharsets.UTF_8);
        for (String file : List.of("htmx-4.0.1.min.js", "hx-csp-4.0.1.min.js")) {
            byte[] hash = MessageDigest.getInstance("SHA-384").digest(Files.readAllBytes(Path.of("static", file)));
            assertThat(documented)
                    .contains("| `" + file + "` | `" + Base64.getEncoder().encodeToString(hash) + "` |");
        }
    }
}
