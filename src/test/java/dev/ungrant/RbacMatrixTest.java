package dev.ungrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * O19: every route, asked by everybody. The answers that are expected stand in {@code rbac-matrix.csv}, which people review;
 * what the answers are is written to {@code target/rbac-matrix.csv} by each run, so that a new route is a line to be copied
 * and looked at.
 */
@Property(name = "ungrant.limit.registrations-per-hour", value = "10000")
final class RbacMatrixTest extends OAuthTest {
    private static final Path EXPECTED = Path.of("src/test/resources/rbac-matrix.csv");
    private static final Path OBSERVED = Path.of("target/rbac-matrix.csv");

    @Inject
    Router router;

    private RbacCast cast;

    @Test
    void everyRouteAnswersEverybodyAsTheTableSays() throws IOException {
        Map<String, List<String>> expected = table();
        Set<String> routes = routes();
        assertThat(routes).hasSizeGreaterThan(150);
        RbacCast.Projects projects = new RbacCast.Projects(b2b(), b2b(), consumer(), consumer());
        Map<String, List<String>> observed = new TreeMap<>();
        cast = new RbacCast(this, projects);
        for (String route : routes) {
            List<String> answers = new ArrayList<>();
            for (RbacCaller caller : RbacCaller.values()) {
                String answer = ask(route, caller);
                answers.add(answer);
                boolean person = caller != RbacCaller.ANONYMOUS && caller != RbacCaller.PROJECT;
                if (!route.startsWith("GET ") && (answer.startsWith("2") || answer.startsWith("303") && person)) {
                    // It may have changed or ended whatever the next one asks for.
                    cast = new RbacCast(this, projects);
                }
            }
            observed.put(route, answers);
            if (route.contains("{job}")) {
                // Which takes away, sooner or later, what the next ones ask for.
                cast = new RbacCast(this, projects);
            }
        }
        Files.writeString(OBSERVED, text(observed));

        Set<String> without = new TreeSet<>(routes);
        without.removeAll(expected.keySet());
        assertThat(without)
                .as(
                        "New routes. Look at what %s says about each, and if it is right, copy its line to %s",
                        OBSERVED, EXPECTED)
                .isEmpty();
        assertThat(expected.keySet()).as("lines of routes that are there").isSubsetOf(routes);
        List<String> wrong = new ArrayList<>();
        observed.forEach((route, answers) -> {
            for (RbacCaller caller : RbacCaller.values()) {
                String wanted = expected.get(route).get(caller.ordinal());
                if (!wanted.equals(answers.get(caller.ordinal()))) {
                    wrong.add("%s as %s: %s instead of %s"
                            .formatted(route, caller, answers.get(caller.ordinal()), wanted));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** What must hold of any line, so that a careless review of the table does not let it pass. */
    @Test
    void tableLetsNobodyInWhoHasNoKey() throws IOException {
        Set<String> open = open();
        table().forEach((route, answers) -> {
            if (!open.contains(route)) {
                refuses(route, answers, RbacCaller.ANONYMOUS);
                // Pages are for people alone; what the backend API does for a project, it does with that project's own
                // things.
                if (!route.contains(" /v1/")) {
                    refuses(route, answers, RbacCaller.PROJECT);
                }
                if (route.contains("{organization") || route.contains("{member") || route.contains("{job}")) {
                    refuses(route, answers, RbacCaller.FOREIGN_ADMIN);
                    refuses(route, answers, RbacCaller.OTHER_PROJECT);
                }
                if (route.contains("{user")) {
                    refuses(route, answers, RbacCaller.OTHER_PROJECT);
                }
            }
        });
    }

    /** Whoever may only look changes nothing, and other members are not even looked at. */
    @Test
    void tableLetsNobodyChangeAnOrganizationWhoMayNot() throws IOException {
        table().forEach((route, answers) -> {
            if (route.contains(" /organization/")) {
                refuses(route, answers, RbacCaller.OTHER_MEMBER);
                if (!route.contains("{member}")) {
                    // One's own person is looked after there too.
                    refuses(route, answers, RbacCaller.MEMBER);
                }
                if (!route.startsWith("GET ")) {
                    refuses(route, answers, RbacCaller.READER);
                }
            }
        });
    }

    private static void refuses(String route, List<String> answers, RbacCaller caller) {
        String answer = answers.get(caller.ordinal());
        assertThat(answer.startsWith("4") || answer.equals("303 /sign-in"))
                .as("%s as %s is refused, and not %s", route, caller, answer)
                .isTrue();
    }

    private String ask(String route, RbacCaller caller) {
        HttpResponse<String> answer = sendRaw(new RbacRequests(this, cast).request(route, caller));
        if (answer.statusCode() == 303 || answer.statusCode() == 302) {
            String place = answer.headers().firstValue("Location").orElse("");
            return answer.statusCode() + " " + place.replaceFirst("^(/[^/?]*).*", "$1");
        }
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (answer.statusCode() >= 400 && type.startsWith("application/json")) {
            Map<String, Object> body = json.object(answer.body());
            Object error = body.getOrDefault("error_type", body.get("error"));
            assertThat(error).as("%s as %s", route, caller).isNotEqualTo("route_not_found");
            return answer.statusCode() + " " + error;
        }
        assertThat(answer.statusCode())
                .as("%s as %s: %s", route, caller, answer.body())
                .isLessThan(500);
        return Integer.toString(answer.statusCode());
    }

    private Set<String> routes() {
        return all().map(RbacMatrixTest::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> open() {
        return all().filter(route -> route.getAnnotationMetadata().hasAnnotation(dev.ungrant.web.Open.class))
                .map(RbacMatrixTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private java.util.stream.Stream<UriRouteInfo<?, ?>> all() {
        return router.uriRoutes().filter(route -> !route.getHttpMethodName().equals("HEAD"));
    }

    private static String name(UriRouteInfo<?, ?> route) {
        return route.getHttpMethodName() + " " + route.getUriMatchTemplate().toPathString();
    }

    private static Map<String, List<String>> table() throws IOException {
        Map<String, List<String>> table = new LinkedHashMap<>();
        if (Files.exists(EXPECTED)) {
            for (String line : Files.readAllLines(EXPECTED)) {
                if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("route,")) {
                    String[] cells = line.split(",", -1);
                    assertThat(cells).as(line).hasSize(1 + RbacCaller.values().length);
                    assertThat(table.put(cells[0], List.of(cells).subList(1, cells.length)))
                            .as("two lines of " + cells[0])
                            .isNull();
                }
            }
        }
        return table;
    }

    private static String text(Map<String, List<String>> table) {
        String heading = "route,"
                + Arrays.stream(RbacCaller.values())
                        .map(caller -> caller.name().toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.joining(","));
        return heading
                + table.entrySet().stream()
                        .map(line -> "\n" + line.getKey() + "," + String.join(",", line.getValue()))
                        .collect(Collectors.joining())
                + "\n";
    }
}
