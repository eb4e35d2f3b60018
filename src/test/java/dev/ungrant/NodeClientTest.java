package dev.ungrant;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.sessions.Sessions;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The official client for Node.js, as npm has it, against the running jar. The calls and what they must answer stand in {@code
 * src/test/node}; here is whom they are about, and the sessions, which that client cannot begin.
 */
class NodeClientTest extends JarTest {
    @Inject
    Policies policies;

    @Inject
    SigningKeys keys;

    @Test
    void backendManagesItsApps() {
        Backend backend = b2b();
        run("apps.mjs", backend, Map.of("project_name", backend.project().name(), "foreign_app", foreignApp()));
    }

    @Test
    void membersLetAppsInAndTakeTheirAccessBack() {
        Backend backend = b2b();
        Map<String, Object> cast = people(backend);
        cast.put("calendar", appWithSecret(backend, "Calendar"));
        cast.put("notes", appWithSecret(backend, "Notes"));
        cast.put("foreign_app", foreignApp());
        run("revoke.mjs", backend, cast);
    }

    @Test
    void backendManagesOrganizationsAndMembers() {
        Backend backend = b2b();
        Map<String, Object> cast = people(backend);
        cast.put("calendar", appWithSecret(backend, "Calendar"));
        cast.put("foreign_app", foreignApp());
        run("organizations.mjs", backend, cast);
    }

    @Test
    void sessionsAndRolesAreCheckedHereAndByTheClient() throws ParseException {
        Backend backend = b2b();
        Role.ResourceActions read = new Role.ResourceActions("stytch.member", List.of("get.connected-apps"));
        Policy.Scope scope = new Policy.Scope("apps.read", "See who uses which app", List.of(read));
        policies.replace(backend.project().projectId(), new Policy(List.of(), List.of(), List.of(scope)));
        Map<String, Object> cast = people(backend);
        @SuppressWarnings("unchecked")
        Map<String, Object> ben = (Map<String, Object>) cast.get("ben");
        JWTClaimsSet claims = SignedJWT.parse((String) ben.get("session_jwt")).getJWTClaimsSet();
        Date past = Date.from(Instant.now().minusSeconds(60));
        cast.put(
                "expired_session_jwt",
                keys.sign(new JWTClaimsSet.Builder(claims).expirationTime(past).build()));
        run("sessions.mjs", backend, cast);
    }

    @Test
    void usersLetAppsInAndTakeTheirAccessBack() {
        Backend backend = consumer();
        Map<String, Object> cast = new HashMap<>();
        Map<String, Object> uma = backend.user("uma@example.com");
        backend.put("/v1/users/" + uma.get("user_id"), Map.of("external_id", "auth0|uma"))
                .ok();
        cast.put("uma", signedIn(backend, uma));
        cast.put("uma_external_id", "auth0|uma");
        cast.put("vic", signedIn(backend, backend.user("vic@example.com")));
        cast.put("calendar", appWithSecret(backend, "Calendar"));
        cast.put("foreign_app", foreignApp());
        cast.put("foreign_user", consumer().user("uma@example.com").get("user_id"));
        run("consumer.mjs", backend, cast);
    }

    /** Acme with Ada, who is its admin, Ben and Cleo; Globex with Gil, its admin; all signed in. */
    private Map<String, Object> people(Backend backend) {
        Map<String, Object> acme = backend.post(
                        "/v1/b2b/organizations",
                        Map.of(
                                "organization_name",
                                "Acme",
                                "organization_slug",
                                "acme-inc",
                                "organization_external_id",
                                "o|1"))
                .ok()
                .object("organization");
        Map<String, Object> globex = backend.organization("Globex");
        Map<String, Object> cast = new HashMap<>();
        cast.put("acme", Map.of("organization_id", acme.get("organization_id")));
        cast.put("globex", Map.of("organization_id", globex.get("organization_id")));
        cast.put("acme_slug", "acme-inc");
        cast.put("acme_external_id", "o|1");
        cast.put("ben_external_id", "auth0|ben.home");
        cast.put("ada", signedIn(backend, backend.member(acme, "ada@acme.example", "stytch_admin")));
        Map<String, Object> ben = backend.member(acme, "ben@acme.example");
        backend.put(
                        "/v1/b2b/organizations/" + acme.get("organization_id") + "/members/" + ben.get("member_id"),
                        Map.of("external_id", "auth0|ben.home"))
                .ok();
        cast.put("ben", signedIn(backend, ben));
        cast.put("cleo", signedIn(backend, backend.member(acme, "cleo@acme.example")));
        cast.put("gil", signedIn(backend, backend.member(globex, "gil@globex.example", "stytch_admin")));
        Sessions.Begun dead = begin(backend.project(), ben);
        sessions.end(dead.session().tenantId(), dead.session().sessionId());
        cast.put("dead_session_token", dead.token().reveal());
        return cast;
    }

    private Map<String, Object> signedIn(Backend backend, Map<String, Object> person) {
        String token = begin(backend.project(), person).token().reveal();
        Map<String, Object> signedIn = new HashMap<>(person);
        signedIn.put("session_token", token);
        signedIn.put("session_jwt", sessionJwt(backend, person, token));
        return signedIn;
    }

    private static Map<String, Object> appWithSecret(Backend backend, String name) {
        return backend.post(
                        "/v1/connected_apps/clients",
                        Map.of("client_type", "third_party", "client_name", name, "redirect_urls", List.of(REDIRECT)))
                .ok()
                .object("connected_app");
    }

    private String foreignApp() {
        return app(b2b(), "third_party").id();
    }

    private void run(String script, Backend backend, Map<String, Object> cast) {
        Map<String, String> environment = new HashMap<>();
        environment.put("BASE_URL", baseUrl());
        environment.put("PROJECT_ID", backend.project().wireId());
        environment.put("SECRET", backend.secret());
        environment.put("CAST", json.write(cast));
        Node.run(script, environment).orFail();
    }
}
