package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Consents;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import jakarta.inject.Singleton;
import java.util.List;

/** What a request comes to for one person: the scopes that they can give, and whether they must be asked. */
@Singleton
final class AuthorizationChecks {
    private final ScopeRules scopeRules;
    private final HeldRoles people;

    AuthorizationChecks(ScopeRules scopeRules, HeldRoles people) {
        this.scopeRules = scopeRules;
        this.people = people;
    }

    /** @param scopes every one that was asked for, grantable or not */
    record Checked(Consents.Ask ask, List<ScopeRules.Result> scopes) {
        /** Scopes were asked for, and this person can give none of them. */
        boolean nothingGrantable() {
            return !scopes.isEmpty() && ask.scopes().isEmpty();
        }
    }

    /** @throws Problem when a scope does not exist, or the person is gone */
    Checked check(ConnectedApp app, Subject subject, AuthorizationRequest request) {
        Person person = people.person(subject)
                .orElseThrow(
                        () -> new Problem(subject.isMember() ? ErrorType.MEMBER_NOT_FOUND : ErrorType.USER_NOT_FOUND));
        List<ScopeRules.Result> results = scopeRules.results(app, person, request.scopes());
        List<String> grantable = results.stream()
                .filter(ScopeRules.Result::isGrantable)
                .map(ScopeRules.Result::scope)
                .toList();
        Consents.Ask ask = new Consents.Ask(
                subject,
                app,
                Scopes.of(grantable),
                "consent".equals(request.prompt()),
                !app.clientType().isPublic() || request.redirectUri().startsWith("https://"));
        return new Checked(ask, results);
    }

    /** Those of the scopes that exist in the app's project. */
    List<String> known(ConnectedApp app, List<String> scopes) {
        return scopeRules.known(app, scopes);
    }
}
