package dev.ungrant.demo;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.oauth.Minted;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.users.User;
import dev.ungrant.users.Users;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo's consumer half: a shop with Uma and Vik, and five apps. */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class ShopStage {
    private record Persona(String key, String first, String last, String address) {}

    private static final List<Persona> PERSONAS = List.of(
            new Persona("uma", "Uma", "Nandakumar", "uma@shop.example"),
            new Persona("vik", "Vik", "Sørensen", "vik@shop.example"));

    private static final List<StageApp> APPS = List.of(
            StageApp.thirdParty(
                    "price_watch", "Pricewatch", "Tells you when something gets cheaper.", "pricewatch.example", true),
            StageApp.thirdParty("photo_book", "Photobook", "Prints your best pictures.", "photobook.example", false)
                    .as(ClientType.THIRD_PARTY_PUBLIC),
            StageApp.thirdParty("shop_mobile", "Shop Mobile", "The shop on your phone.", "mobile.shop.example", true)
                    .as(ClientType.FIRST_PARTY_PUBLIC),
            StageApp.thirdParty(
                            "shopping_agent",
                            "Shopping Agent",
                            "Orders what you run out of.",
                            "shopping-agent.example",
                            false)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered(),
            StageApp.thirdParty(
                            "shopping_agent_phone",
                            "Shopping Agent",
                            "Orders what you run out of.",
                            "shopping-agent.example",
                            false)
                    .as(ClientType.THIRD_PARTY_PUBLIC)
                    .selfRegistered());

    private static final List<StageGrant> GRANTS = List.of(
            StageGrant.of("uma", "price_watch", 88, 0.4, 14, "openid", "orders:read", "offline_access"),
            StageGrant.of("uma", "shopping_agent", 50, 2.2, 3, "orders:read", "orders:write", "offline_access")
                    .before(50, 12.0, "203.0.113.9", "shopping-agent/2.0")
                    .at(11, "198.51.100.61", "shopping-agent/2.1"),
            StageGrant.of("uma", "shopping_agent_phone", 27, 26.0, 2, "orders:read", "offline_access")
                    .at(27, "203.0.113.33", "shopping-agent/2.0"),
            StageGrant.of("uma", "photo_book", 140, 121.0, 1, "files:read"),
            StageGrant.of("uma", "shop_mobile", 260, 0.1, 22, "openid", "profile", "offline_access"),
            StageGrant.of("vik", "shopping_agent", 4, 0.3, 35, "orders:read", "orders:write", "offline_access"));

    private final Stage stage;
    private final Projects projects;
    private final Policies policies;
    private final Users users;

    ShopStage(Stage stage, Projects projects, Policies policies, Users users) {
        this.stage = stage;
        this.projects = projects;
        this.policies = policies;
        this.users = users;
    }

    Cast.Consumer seed(String baseUrl) {
        Projects.Created created =
                projects.create(Vertical.CONSUMER, "Corner Shop", "https://shop.example/authorize", TokenFormat.OPAQUE);
        ProjectCaller project = Stage.caller(created.project().projectId());
        policies.replace(project.projectId(), DemoPolicies.SHOP);
        stage.letPagesIn(project);
        stage.letFramesIn(project, project.projectId());
        Map<String, User> people = new LinkedHashMap<>();
        PERSONAS.forEach(persona -> people.put(persona.key(), user(project, persona)));
        Map<String, Cast.App> apps = new LinkedHashMap<>();
        APPS.forEach(app -> apps.put(app.key(), stage.register(project, app)));
        List<Cast.Grant> grants = new ArrayList<>();
        for (StageGrant grant : GRANTS) {
            Minted minted = stage.grant(project, people.get(grant.person()).subject(), apps.get(grant.app()), grant);
            grants.add(grant(grant.person(), grant.app(), grant.scopes(), minted));
        }
        Map<String, Cast.User> usersCast = new LinkedHashMap<>();
        people.forEach((key, user) -> usersCast.put(key, describe(baseUrl, key, user, null)));
        return new Cast.Consumer(
                created.project().wireId(), created.secret(), created.project().publicToken(), usersCast, apps, grants);
    }

    /** The same cast on a later start, as {@link AcmeStage#again}. */
    Cast.Consumer again(String baseUrl, Cast.Consumer earlier) {
        ProjectCaller project = Stage.caller(
                projects.authenticate(earlier.projectId(), earlier.secret()).projectId());
        Map<String, Cast.User> usersCast = new LinkedHashMap<>();
        Map<String, User> people = new LinkedHashMap<>();
        earlier.users().forEach((key, was) -> {
            User user = users.find(project, was.userId());
            people.put(key, user);
            usersCast.put(key, describe(baseUrl, key, user, was.sessionToken()));
        });
        List<Cast.Grant> grants = new ArrayList<>();
        for (Cast.Grant was : earlier.grants()) {
            stage.renew(
                            project,
                            people.get(was.user()).subject(),
                            earlier.apps().get(was.app()),
                            was)
                    .ifPresent(minted -> grants.add(grant(was.user(), was.app(), was.scopes(), minted)));
        }
        return new Cast.Consumer(
                earlier.projectId(), earlier.secret(), earlier.publicToken(), usersCast, earlier.apps(), grants);
    }

    private User user(ProjectCaller project, Persona persona) {
        return users.create(
                project,
                new JsonBody(Map.of(
                        "email", persona.address(),
                        "name", Map.of("first_name", persona.first(), "last_name", persona.last()),
                        "external_id", persona.key() + "-external")));
    }

    private Cast.User describe(String baseUrl, String key, User user, @Nullable String earlierToken) {
        Sessions.Begun session = stage.sessionAgain(user.subject(), user.emailAddress(), earlierToken);
        return new Cast.User(
                user.wireId(),
                user.externalId(),
                user.emailAddress(),
                (user.firstName() + ' ' + user.lastName()).strip(),
                session.token().reveal(),
                stage.jwt(session.session()),
                baseUrl + "/demo/sign-in/" + key);
    }

    private static Cast.Grant grant(String user, String app, List<String> scopes, Minted minted) {
        return new Cast.Grant(null, user, app, scopes, minted.accessToken(), minted.refreshToken());
    }
}
