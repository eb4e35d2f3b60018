package dev.ungrant.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a process of its own, ended in every way that a process ends. */
class DemoTest {
    private static final Pattern ADDRESS = Pattern.compile("Ungrant is at (http://127\\.0\\.0\\.1:[0-9]+)");

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void endWhatATestLeft() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void demoSurvivesAKillAndStopsAllItStarted() throws Exception {
        Path output = folder.resolve("first.txt");
        Process first =
                demo(output, "--port", "0", "--data", folder.resolve("data").toString());
        URI firstAddress = address(first, output);
        assertThat(health(firstAddress)).isEqualTo(200);
        String told = lastUses(firstAddress);
        String shown = appsOfBen(firstAddress);
        assertThat(shown).contains("Idle", "3 connections", "2 registrations", "Review 3 unused apps");
        assertThat(Pattern.compile("20\\d\\d-\\d\\d-\\d\\d")
                        .matcher(told)
                        .results()
                        .map(MatchResult::group)
                        .distinct())
                .as("the cast has a past")
                .hasSizeGreaterThan(4);
        ProcessHandle firstServer = mySqlServer().orElseThrow();

        Path refusal = folder.resolve("refusal.txt");
        Process rival =
                demo(refusal, "--port", "0", "--data", folder.resolve("data").toString());
        assertThat(rival.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(rival.exitValue()).isEqualTo(2);
        assertThat(refusal)
                .content()
                .contains("is in use by process " + first.pid() + "; stop that one or choose another folder.");

        first.destroyForcibly().waitFor();
        assertThat(firstServer.isAlive()).isTrue();

        Path again = folder.resolve("second.txt");
        Process second =
                demo(again, "--port", "0", "--data", folder.resolve("data").toString());
        URI address = address(second, again);
        assertThat(health(address)).isEqualTo(200);
        assertThat(firstServer.isAlive()).isFalse();
        assertThat(again).content().contains("Stopping the database server that an interrupted run left behind");

        // Uses are written within two seconds; making the cast's tokens anew must not have been any.
        Thread.sleep(5000);
        assertThat(lastUses(address)).as("the same past after a restart").isEqualTo(told);
        assertThat(appsOfBen(address)).as("nothing has happened meanwhile").isEqualTo(shown);

        ProcessHandle secondServer = mySqlServer().orElseThrow();
        second.destroy();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(secondServer.isAlive()).isFalse();
        assertThatThrownBy(() -> health(address)).isInstanceOf(ConnectException.class);
    }

    @Test
    void optionThatIsWrongIsNamed() throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = demo(output, "--port", "many");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(output).hasContent("--port must be a whole number from 0 to 65535; it is \"many\".");
    }

    private Process demo(Path output, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        processes.add(process);
        return process;
    }

    private static URI address(Process process, Path output) throws Exception {
        for (int i = 0; i < 1200 && process.isAlive(); i++) {
            Matcher matcher = ADDRESS.matcher(Files.readString(output));
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
            Thread.sleep(50);
        }
        throw new AssertionError("The demo did not come up:\n" + Files.readString(output));
    }

    private Optional<ProcessHandle> mySqlServer() throws IOException {
        String[] remembered =
                Files.readString(folder.resolve("data/mysql/server")).split(" ");
        return ProcessHandle.of(Long.parseLong(remembered[0]));
    }

    /** When each of Ben's apps was last used, as the API tells it. */
    private String lastUses(URI address) throws IOException, InterruptedException {
        Path kept = folder.resolve("data/cast-kept.json");
        Cast cast = new CastFile(JsonMapper.createDefault()).read(kept).orElseThrow();
        Cast.Member ben = cast.b2b().members().get("ben");
        String path = "/v1/b2b/organizations/"
                + cast.b2b().organizations().get("acme").organizationId() + "/members/" + ben.memberId()
                + "/connected_apps";
        String credentials = cast.b2b().projectId() + ':' + cast.b2b().secret();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String list = client.send(
                            HttpRequest.newBuilder(address.resolve(path))
                                    .header(
                                            "Authorization",
                                            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return Pattern.compile("\"name\":\"([^\"]*)\"|\"last_used_at\":(null|\"[^\"]*\")")
                    .matcher(list)
                    .results()
                    .map(MatchResult::group)
                    .sorted()
                    .collect(Collectors.joining("\n"));
        }
    }

    /** Ben's page, without how long ago things were, which may round otherwise a minute later. */
    private static String appsOfBen(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            String page = client.send(
                            HttpRequest.newBuilder(address.resolve("/demo/sign-in/ben"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return Jsoup.parse(page).select("#apps").text().replaceAll("\\d+ (second|minute|hour)s? ago", "lately");
        }
    }

    private static int health(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(address.resolve("/health")).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
