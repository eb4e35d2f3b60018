package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Words;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import jakarta.inject.Singleton;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Which scopes this person can give this app: nobody gives away more than their own roles allow (contract §8.4). */
@Singleton
public final class ScopeRules {
    static final int MOST = 100;

    private final Policies policies;
    private final HeldRoles people;
    private final Words words;

    ScopeRules(Policies policies, HeldRoles people, Words words) {
        this.policies = policies;
        this.people = people;
        this.words = words;
    }

    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Result(String scope, boolean isGrantable, String description) {}

    /** @throws Problem {@code oauth_invalid_scope_requested} when there is no such scope in the project */
    List<Result> results(ConnectedApp app, Person person, List<String> requested) {
        if (requested.size() > MOST) {
            throw new Problem(ErrorType.OAUTH_INVALID_SCOPE_REQUESTED, "More than " + MOST + " scopes were requested.");
        }
        Policy policy = policies.of(app.projectId());
        return new LinkedHashSet<>(requested)
                .stream().map(scope -> result(app, person, policy, scope)).toList();
    }

    /** Those of the scopes that exist in the app's project. */
    List<String> known(ConnectedApp app, List<String> requested) {
        if (Scopes.BUILT_IN.containsAll(requested)) {
            return requested;
        }
        Policy policy = policies.of(app.projectId());
        return requested.stream()
                .filter(name ->
                        Scopes.BUILT_IN.contains(name) || defined(policy, name).isPresent())
                .toList();
    }

    private Result result(ConnectedApp app, Person person, Policy policy, String name) {
        if (Scopes.BUILT_IN.contains(name)) {
            return new Result(name, isBuiltInGrantable(app, name), words.say(words.defaultLocale(), "scope." + name));
        }
        Policy.Scope scope =
                defined(policy, name).orElseThrow(() -> new Problem(ErrorType.OAUTH_INVALID_SCOPE_REQUESTED));
        return new Result(name, covers(policy, person, scope), scope.description());
    }

    /**
     * Those of the scopes that could be granted today: a role that was lost, or a scope that the project has withdrawn, is
     * not handed on by refreshing. Asks the database only when there are scopes that depend on it.
     */
    Scopes stillGrantable(ConnectedApp app, Subject subject, Scopes scopes) {
        boolean onlyBuiltIn = scopes.names().stream().allMatch(Scopes.BUILT_IN::contains);
        Person person = onlyBuiltIn ? null : people.person(subject).orElse(null);
        if (!onlyBuiltIn && person == null) {
            return Scopes.of(List.of());
        }
        Policy policy = onlyBuiltIn ? Policy.EMPTY : policies.of(app.projectId());
        return Scopes.of(scopes.names().stream()
                .filter(name -> Scopes.BUILT_IN.contains(name)
                        ? isBuiltInGrantable(app, name)
                        : defined(policy, name)
                                .filter(scope -> covers(policy, person, scope))
                                .isPresent())
                .toList());
    }

    private static boolean isBuiltInGrantable(ConnectedApp app, String name) {
        return !name.equals(Scopes.FULL_ACCESS) || app.clientType().isFirstParty() && app.fullAccessAllowed();
    }

    private static Optional<Policy.Scope> defined(Policy policy, String name) {
        return policy.scopes().stream()
                .filter(scope -> scope.scope().equals(name))
                .findFirst();
    }

    private static boolean covers(Policy policy, Person person, Policy.Scope scope) {
        for (Role.ResourceActions wanted : scope.permissions()) {
            for (String action : wanted.actions()) {
                Permission permission = new Permission(wanted.resourceId(), action);
                if (policy.grantingRoles(person.roles(), person.customRoles(), permission)
                        .isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }
}
