package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of STYLE.md that a machine can check. Whoever needs an exception writes it here, with the reason. */
final class HouseRulesTest {
    private static final Path MAIN = Path.of("src/main/java/dev/ungrant");
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?dev\\.ungrant\\.([a-z]+)\\.([A-Za-z]+)", Pattern.MULTILINE);
    private static final Pattern DOOR = Pattern.compile(".*(Api|Pages|Endpoint|Sdk)");

    /** Who stands on whom: a package may import those of a lower number. */
    private static final Map<String, Integer> FLOORS = new HashMap<>(Map.ofEntries(
            Map.entry("web", 0),
            Map.entry("embedded", 0),
            Map.entry("database", 1),
            Map.entry("secrets", 1),
            Map.entry("mail", 1),
            Map.entry("fetching", 1),
            Map.entry("background", 0),
            Map.entry("logos", 3),
            Map.entry("rbac", 1),
            Map.entry("outbox", 2),
            Map.entry("audit", 2),
            Map.entry("preferences", 2),
            Map.entry("projects", 3),
            Map.entry("jobs", 3),
            Map.entry("connectedapps", 4),
            Map.entry("sessions", 4),
            Map.entry("embed", 5),
            Map.entry("organizations", 5),
            Map.entry("registration", 5),
            Map.entry("members", 6),
            Map.entry("users", 6),
            Map.entry("inventory", 6),
            Map.entry("oauth", 6),
            Map.entry("activity", 7),
            Map.entry("federation", 7),
            Map.entry("commands", 8),
            Map.entry("demo", 8)));

    private static final int MOST_LINES = 300;

    /** Verbs of one noun that were not worth splitting. Longer than this they are. */
    private static final Map<String, Integer> LONGER = Map.of(
            "organizations/Organizations.java", 325,
            "members/Members.java", 340);

    private final Map<String, String> sources = read(MAIN, ".java");
    private final Map<String, String> views = read(Path.of("views"), ".html");

    @ParameterizedTest(name = "no {0} in a view")
    @CsvSource(delimiter = '|', textBlock = """
                    unescaped text             | \\bth:utext\\b
                    unescaped inlining         | \\[\\(
                    preprocessing              | __\\$\\{
                    switched inlining          | \\bth:inline\\b
                    inline handler             | \\son[a-z]+\\s*=
                    handler by Thymeleaf       | \\bth:on[a-z]+\\s*=
                    handler by htmx            | \\bhx-on\\b
                    inline style               | \\s(th:)?style\\s*=
                    style element              | <style\\b
                    script from an expression  | \\beval\\(
                    address of a script        | javascript:
                    comparison of roles        | \\bstytch_admin\\b
                    """)
    void views(String what, String pattern) {
        assertThat(matching(views, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE)))
                .isEmpty();
        assertThat(views).isNotEmpty();
    }

    @Test
    void scriptsOfAViewAreFilesOfOurs() {
        Pattern script = Pattern.compile("<script\\b([^>]*)>(.*?)</script>", Pattern.DOTALL);
        for (Map.Entry<String, String> view : views.entrySet()) {
            Matcher matcher = script.matcher(view.getValue());
            while (matcher.find()) {
                assertThat(matcher.group(1))
                        .as(view.getKey())
                        .contains("th:src=")
                        .contains("nonce");
                assertThat(matcher.group(2)).as(view.getKey()).isBlank();
            }
        }
    }

    @ParameterizedTest(name = "no {0}")
    @CsvSource(delimiter = ';', textBlock = """
                    inherited queries               ; \\b(CrudRepository|JpaRepository|PageableRepository|AsyncCrudRepository)\\b
                    transaction that is not retried ; @(Transactional|ReadOnly|TransactionalAdvice)\\b
                    named lock                      ; \\bGET_LOCK\\s*\\(
                    cascade                         ; ON DELETE CASCADE
                    output beside the log           ; \\bprintStackTrace\\(
                    Lombok                          ; \\blombok\\b
                    public repository               ; \\bpublic\\s+(interface|abstract class)\\s+\\w+Repository\\b
                    public door                     ; \\bpublic\\s+(final\\s+)?class\\s+\\w+(Api|Pages|Endpoint|Sdk)\\b
                    """)
    void code(String what, String pattern) {
        assertThat(matching(sources, Pattern.compile(pattern))).isEmpty();
    }

    /** Every connection the product opens: to its database and mail server, and to addresses that apps name. */
    @Test
    void onlyFewTalkToTheOutside() {
        Pattern connection =
                Pattern.compile("\\bHttpClients?\\b|\\b(Server)?Socket\\(|\\bSocketChannel\\b|\\bURLConnection\\b"
                        + "|\\.openStream\\(|\\.toURL\\(|\\bnew URL\\(|\\bDriverManager\\b|\\bInetAddress\\.(getByName|getAllByName)\\b"
                        + "|\\bInetSocketAddress\\(|\\bRemoteJWKSet\\b|\\bJWKSourceBuilder\\b|\\.toHTTPRequest\\(");
        assertThat(matching(sources, connection))
                .containsExactlyInAnyOrder(
                        "fetching/Fetching.java",
                        // Whether the database is there, before anything else starts.
                        "DatabaseCheck.java",
                        // The demo: its own database and port, both on loopback.
                        "demo/Demo.java",
                        "demo/LoopbackOnly.java",
                        "embedded/EmbeddedMySql.java");
        assertThat(matching(sources, Pattern.compile("\\borg\\.apache\\.hc\\.")))
                .containsExactlyInAnyOrder("fetching/Fetching.java", "fetching/Answer.java");
        // Mail: ours, and the demo's mailbox that reads it.
        assertThat(matching(sources, Pattern.compile("\\bjakarta\\.mail\\.(Session|Transport|Store)\\b")))
                .containsExactlyInAnyOrder("mail/MailSession.java", "mail/Mailer.java", "demo/DemoMailbox.java");
    }

    @Test
    void repositoriesDeclareEveryQuery() {
        List<String> wrong = new ArrayList<>();
        sources.forEach((file, source) -> {
            if (source.contains("@JdbcRepository") && !source.contains("extends GenericRepository<")) {
                wrong.add(file);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void importsPointDownward() {
        List<String> wrong = new ArrayList<>();
        sources.forEach((file, source) -> {
            if (!file.contains("/") || isDoor(file)) {
                return;
            }
            String from = packageOf(file);
            assertThat(FLOORS).as("the floor of a new package").containsKey(from);
            Matcher imports = IMPORT.matcher(source);
            while (imports.find()) {
                String to = imports.group(1);
                if (!to.equals(from) && FLOORS.get(to) >= FLOORS.get(from)) {
                    wrong.add(file + " imports " + to + "." + imports.group(2));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void nobodyKnowsADoor() {
        List<String> doors = sources.keySet().stream().filter(this::isDoor).toList();
        assertThat(doors).hasSizeGreaterThan(15);
        List<String> wrong = new ArrayList<>();
        for (String door : doors) {
            Pattern name = Pattern.compile("\\b" + simpleName(door) + "\\b");
            sources.forEach((file, source) -> {
                if (!file.equals(door) && name.matcher(withoutComments(source)).find()) {
                    wrong.add(file + " knows " + simpleName(door));
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void doorsHaveNoSqlTransactionsOrAudit() {
        Pattern forbidden = Pattern.compile("\\b(AuditLog|Transactions|\\w+Repository)\\b");
        List<String> wrong = sources.keySet().stream()
                .filter(this::isDoor)
                .filter(file ->
                        forbidden.matcher(withoutComments(sources.get(file))).find())
                .toList();
        assertThat(wrong).isEmpty();
    }

    @Test
    void grantsEndInOnePlace() {
        Pattern end = Pattern.compile("UPDATE\\s+grants\\b[^;]*?revoked_at\\s*=\\s*UTC_TIMESTAMP", Pattern.DOTALL);
        assertThat(matching(sources, end))
                .containsExactlyInAnyOrder(
                        "connectedapps/GrantRepository.java", "connectedapps/GrantEndRepository.java");
        assertThat(matching(sources, Pattern.compile("\\bDELETE\\s+FROM\\s+grants\\b")))
                .isEmpty();
        // And a grant that ended stays so.
        assertThat(matching(sources, Pattern.compile("\\bgrants\\b[^;]*?revoked_at\\s*=\\s*NULL")))
                .isEmpty();
        Pattern caller = Pattern.compile("\\bends\\.(end|endAll)\\(");
        assertThat(matching(sources, caller))
                .allSatisfy(file -> assertThat(file).startsWith("connectedapps/"));
    }

    @Test
    void everyPackageSaysWhatItPromises() {
        Set<String> silent = sources.keySet().stream()
                .filter(file -> file.contains("/"))
                .map(HouseRulesTest::packageOf)
                .filter(name ->
                        !sources.getOrDefault(name + "/package-info.java", "").contains("/**"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(silent).isEmpty();
    }

    @Test
    void noFileIsTooLongToRead() {
        Map<String, Long> tooLong = new TreeMap<>();
        sources.forEach((file, source) -> {
            long lines = source.lines().count();
            if (lines > LONGER.getOrDefault(file, MOST_LINES)) {
                tooLong.put(file, lines);
            }
        });
        assertThat(tooLong).isEmpty();
        assertThat(sources.keySet()).as("exceptions that are none any more").containsAll(LONGER.keySet());
    }

    @Test
    void allWordsAreWritten() throws IOException {
        Properties words = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/messages.properties"))) {
            words.load(reader);
        }
        Set<String> wanted = new TreeSet<>();
        Pattern inView = Pattern.compile("#\\{([a-z][a-z0-9.-]*)");
        views.values().forEach(view -> collect(inView, view, wanted));
        // say() is asked for what must be there; find() for what may be.
        Pattern inCode = Pattern.compile("\\bsay\\(\\s*[\\w.()]+,\\s*\"([a-z][a-z0-9.-]*)\"\\s*[,)]");
        sources.values().forEach(source -> collect(inCode, source, wanted));
        assertThat(wanted).hasSizeGreaterThan(100);
        wanted.removeAll(words.stringPropertyNames());
        assertThat(wanted).isEmpty();
    }

    /** Keys that are put together: each value that can stand at the end must have its words. */
    @Test
    void wordsThatArePutTogetherAreWrittenToo() throws IOException {
        Properties words = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/messages.properties"))) {
            words.load(reader);
        }
        Set<String> prefixes = new TreeSet<>();
        Pattern inView = Pattern.compile("#\\{\\$\\{'([a-z.-]+\\.)' \\+");
        views.values().forEach(view -> collect(inView, view, prefixes));
        assertThat(prefixes)
                .isNotEmpty()
                .allSatisfy(prefix -> assertThat(words.stringPropertyNames()).anyMatch(key -> key.startsWith(prefix)));
        for (int status : List.of(400, 403, 404, 413, 415, 429, 500, 503)) {
            assertThat(words.stringPropertyNames()).contains("error." + status + ".title", "error." + status + ".text");
        }
    }

    /** A straight apostrophe would quote what follows, and the values would not be filled in. */
    @Test
    void wordsHaveNoStraightApostrophe() throws IOException {
        assertThat(Files.readAllLines(Path.of("src/main/resources/messages.properties")).stream()
                        .filter(line -> !line.startsWith("#") && line.contains("'")))
                .isEmpty();
    }

    private static void collect(Pattern pattern, String text, Set<String> into) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            into.add(matcher.group(1));
        }
    }

    private static List<String> matching(Map<String, String> files, Pattern pattern) {
        return files.entrySet().stream()
                .filter(file ->
                        pattern.matcher(withoutComments(file.getValue())).find())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/|<!--.*?-->", "").replaceAll("(?m)^\\s*//.*$", "");
    }

    private boolean isDoor(String file) {
        return DOOR.matcher(simpleName(file)).matches() && sources.get(file).contains("@Controller");
    }

    private static String simpleName(String file) {
        return file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
    }

    private static String packageOf(String file) {
        return file.substring(0, file.indexOf('/'));
    }

    private static Map<String, String> read(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, String> contents = new TreeMap<>();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(ending)).toList()) {
                contents.put(
                        folder.relativize(file).toString().replace('\\', '/'),
                        Files.readString(file, StandardCharsets.UTF_8));
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
