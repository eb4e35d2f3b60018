import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;

/**
 * Whether the time of an answer tells what its text does not: of each two requests that must look alike, which one was it?
 * They take turns in random order on one connection to a node that does nothing else. What is said: the medians, their
 * difference, how often one look guesses right (one half is chance), and how unlikely that is by chance (Mann-Whitney, |z|
 * above 3 is a difference). The first line compares a request with itself: what is as small as there is noise.
 */
final class Timing {
    private static final int WARM_UP = 300;
    /** Below the 20 failures a minute after which a client hears 429. */
    private static final int FAILURES_EACH = 12;

    private final int samples;
    private final Random random = new Random(1);
    private BenchNode node;
    private Wire wire;
    private String organization;
    private String member;
    private String foreignOrganization;
    private String foreignMember;
    private BenchNode.App foreignApp;

    private Timing(int samples) {
        this.samples = samples;
    }

    public static void main(String[] arguments) throws Exception {
        new Timing(Integer.parseInt(arguments[0])).run();
    }

    private void run() throws Exception {
        try (BenchNode started = new BenchNode()) {
            node = started;
            String project = node.project();
            String other = node.project();
            node.start();
            try (Wire connection = new Wire(node.port)) {
                wire = connection;
                organization = node.organization(wire, project);
                member = node.member(wire, project, organization, "ben@bench.example");
                foreignOrganization = node.organization(wire, other);
                foreignMember = node.member(wire, other, foreignOrganization, "gil@bench.example");
                foreignApp = node.app(wire, other, "Foreign");
                System.out.printf(
                        "%n%-46s %10s %10s %10s %9s %7s%n",
                        samples + " samples each", "first ms", "second ms", "apart ms", "guess", "z");
                whatIsOfOthers(project);
                whatIsNotTrue(project);
                whatIsDead(project);
            }
        }
    }

    /** O18 */
    private void whatIsOfOthers(String project) throws Exception {
        compare(
                "the same organization, unknown",
                404,
                i -> organization(project, id("organization")),
                i -> organization(project, id("organization")));
        compare(
                "organization: of another project, unknown",
                404,
                i -> organization(project, foreignOrganization),
                i -> organization(project, id("organization")));
        compare(
                "member: of another organization, unknown",
                404,
                i -> apps(project, foreignMember),
                i -> apps(project, id("member")));
        compare(
                "app, at revoke: of another project, unknown",
                404,
                i -> revoke(project, foreignApp.id()),
                i -> revoke(project, id("connected-app")));
        compare(
                "app, when read: of another project, unknown",
                404,
                i -> app(project, foreignApp.id()),
                i -> app(project, id("connected-app")));
    }

    /** L08 */
    private void whatIsNotTrue(String project) throws Exception {
        String projectId = new String(java.util.Base64.getDecoder().decode(project.substring(6))).split(":")[0];
        compare(
                "project: wrong secret, unknown project",
                401,
                i -> organization(BenchNode.basic(projectId, wrong("secret-test-")), organization),
                i -> organization(BenchNode.basic(id("project"), wrong("secret-test-")), organization));
        List<BenchNode.App> apps = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i <= (samples + WARM_UP) / FAILURES_EACH; i++) {
            apps.add(node.app(wire, project, "App " + i));
            unknown.add(id("connected-app"));
        }
        compare(
                "client: wrong secret, unknown client",
                401,
                i -> introspect(apps.get(i / FAILURES_EACH).id(), wrong("cpcs_"), "x"),
                i -> introspect(unknown.get(i / FAILURES_EACH), wrong("cpcs_"), "x"));
        List<BenchNode.App> more = new ArrayList<>();
        for (int i = 0; i <= 2 * (samples + WARM_UP) / FAILURES_EACH; i++) {
            more.add(node.app(wire, project, "More " + i));
        }
        compare(
                "client: all of the secret wrong, its end",
                401,
                i -> introspect(more.get(2 * i / FAILURES_EACH).id(), wrong("cpcs_"), "x"),
                i -> {
                    BenchNode.App app = more.get(2 * i / FAILURES_EACH);
                    String secret = app.secret();
                    char end = secret.charAt(secret.length() - 1) == 'A' ? 'Q' : 'A';
                    return introspect(app.id(), secret.substring(0, secret.length() - 1) + end, "x");
                });
    }

    private void whatIsDead(String project) throws Exception {
        BenchNode.App app = node.app(wire, project, "Calendar");
        BenchNode.App another = node.app(wire, project, "Notes");
        String theirs =
                node.connect(wire, project, organization, member, another).accessToken();
        BenchNode.Grant dead = node.connect(wire, project, organization, member, app);
        wire.ok(revoke(project, app.id()));
        // What a guess looks like: right in form, of the same organization.
        UUID tenant = Secret.parse(SecretKind.ACCESS_TOKEN, dead.accessToken())
                .orElseThrow()
                .tenantId();
        IntFunction<byte[]> guess = i ->
                introspect(app, Secret.mint(SecretKind.ACCESS_TOKEN, tenant).reveal());
        compare("token: dead, unknown", 200, i -> introspect(app, dead.accessToken()), guess);
        compare("token: another app's, unknown", 200, i -> introspect(app, theirs), guess);
        IntFunction<byte[]> guessed = i ->
                introspect(app, Secret.mint(SecretKind.REFRESH_TOKEN, tenant).reveal());
        compare("refresh token: dead, unknown", 200, i -> introspect(app, dead.refreshToken()), guessed);
    }

    private void compare(String what, int status, IntFunction<byte[]> first, IntFunction<byte[]> second)
            throws Exception {
        long[] ofFirst = new long[samples];
        long[] ofSecond = new long[samples];
        for (int i = -WARM_UP; i < samples; i++) {
            byte[] one = first.apply(i + WARM_UP);
            byte[] two = second.apply(i + WARM_UP);
            boolean swap = random.nextBoolean();
            long tookOne = swap ? 0 : time(one, status);
            long tookTwo = time(two, status);
            if (swap) {
                tookOne = time(one, status);
            }
            if (i >= 0) {
                ofFirst[i] = tookOne;
                ofSecond[i] = tookTwo;
            }
        }
        report(what, ofFirst, ofSecond);
    }

    private long time(byte[] request, int status) throws Exception {
        long began = System.nanoTime();
        Wire.Answer answer = wire.send(request);
        long took = System.nanoTime() - began;
        if (answer.status() != status) {
            throw new IllegalStateException(answer.toString());
        }
        return took;
    }

    private static void report(String what, long[] first, long[] second) {
        Arrays.sort(first);
        Arrays.sort(second);
        // U counts the pairs in which the first took longer; ties count one half.
        double u = 0;
        for (long one : first) {
            int less = Arrays.binarySearch(second, one);
            u += less < 0 ? -less - 1 : less + 0.5;
        }
        double pairs = (double) first.length * second.length;
        double z = (u - pairs / 2) / Math.sqrt(pairs * (first.length + second.length + 1) / 12);
        System.out.printf(
                "%-46s %10.3f %10.3f %+10.3f %8.1f%% %+7.1f%n",
                what,
                first[first.length / 2] / 1e6,
                second[second.length / 2] / 1e6,
                (first[first.length / 2] - second[second.length / 2]) / 1e6,
                Math.max(u, pairs - u) / pairs * 100,
                z);
    }

    private static String id(String kind) {
        return kind + "-test-" + UUID.randomUUID();
    }

    private String wrong(String prefix) {
        StringBuilder secret = new StringBuilder(prefix);
        while (secret.length() < prefix.length() + 43) {
            secret.append((char) ('a' + random.nextInt(26)));
        }
        return secret.toString();
    }

    private static byte[] organization(String project, String id) {
        return Wire.json("GET", "/v1/b2b/organizations/" + id, project, null);
    }

    private byte[] apps(String project, String id) {
        return Wire.json(
                "GET", "/v1/b2b/organizations/" + organization + "/members/" + id + "/connected_apps", project, null);
    }

    private byte[] revoke(String project, String id) {
        return Wire.json(
                "POST",
                "/v1/b2b/organizations/" + organization + "/members/" + member + "/connected_apps/" + id + "/revoke",
                project,
                "{}");
    }

    private static byte[] app(String project, String id) {
        return Wire.json("GET", "/v1/connected_apps/clients/" + id, project, null);
    }

    private static byte[] introspect(BenchNode.App app, String token) {
        return introspect(app.id(), app.secret(), token);
    }

    private static byte[] introspect(String clientId, String secret, String token) {
        return Wire.form(
                "/v1/oauth2/introspect", Map.of("client_id", clientId, "client_secret", secret, "token", token));
    }
}
