package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.openid.connect.sdk.OIDCError;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.Consents;
import dev.ungrant.connectedapps.RedirectUrls;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Asks whether an app may be let in, and lets it in (contract §8.1, §8.4). */
@Singleton
public final class Authorizations {
    /** A code is redeemed at once or not at all. */
    private static final int CODE_SECONDS = 60;

    private static final int TRIES = 3;
    private static final Pattern S256 = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final ConnectedApps apps;
    private final Consents consents;
    private final TokenRepository tokens;
    private final ScopeRules scopeRules;
    private final HeldRoles people;
    private final Projects projects;
    private final Issuers issuers;
    private final Transactions transactions;
    private final Json json;

    Authorizations(
            ConnectedApps apps,
            Consents consents,
            TokenRepository tokens,
            ScopeRules scopeRules,
            HeldRoles people,
            Projects projects,
            Issuers issuers,
            Transactions transactions,
            Json json) {
        this.apps = apps;
        this.consents = consents;
        this.tokens = tokens;
        this.scopeRules = scopeRules;
        this.people = people;
        this.projects = projects;
        this.issuers = issuers;
        this.transactions = transactions;
        this.json = json;
    }

    /** What the page that asks the person needs to know. */
    public record Started(ConnectedApp app, boolean consentRequired, List<ScopeRules.Result> scopes) {}

    /**
     * Where to send the browser.
     *
     * @param code null when the app is not let in; the URI then carries the error
     */
    public record Submitted(URI redirectUri, @Nullable String code) {}

    /** @throws Problem when the client, its redirect URI, a scope or the request itself is not acceptable */
    public Started start(Caller caller, Subject subject, AuthorizationRequest request) {
        Checked checked = check(caller, subject, request);
        if (!consents.isAllowed(subject, checked.ask.app())) {
            throw new Problem(ErrorType.CONNECTED_APP_NOT_ALLOWED_FOR_ORG);
        }
        return new Started(checked.ask.app(), consents.isRequired(checked.ask), checked.scopes);
    }

    /**
     * Lets the app in, or sends the browser back with the reason why not.
     *
     * @param authenticatedAt when the person proved who they are
     * @throws Problem as {@link #start}, and when there is no usable {@code code_challenge}
     */
    public Submitted submit(
            Caller caller,
            Subject subject,
            AuthorizationRequest request,
            boolean consentGiven,
            Instant authenticatedAt,
            @Nullable Instant grantExpiresAt) {
        Checked checked = check(caller, subject, request);
        if (request.codeChallenge() == null
                || !S256.matcher(request.codeChallenge()).matches()) {
            throw new Problem(ErrorType.PKCE_REQUIRED_FOR_IDP_AUTHORIZATION_FLOW);
        }
        if (!request.responseType().equals("code")) {
            return refused(checked, request, OAuth2Error.UNSUPPORTED_RESPONSE_TYPE);
        }
        if (!request.scopes().isEmpty() && checked.ask.scopes().isEmpty()) {
            return refused(checked, request, OAuth2Error.INVALID_SCOPE);
        }
        Secret code = Secret.mint(SecretKind.AUTHORIZATION_CODE, subject.tenantId());
        Consents.Outcome outcome = inOneOfAFewTries(() -> transactions.write(() -> {
            Consents.Outcome opened = consents.open(caller.actor(), checked.ask, consentGiven, grantExpiresAt);
            if (!opened.consentMissing()) {
                insertCode(code, opened.grantId(), checked, request, authenticatedAt);
            }
            return opened;
        }));
        if (outcome.consentMissing()) {
            return refused(
                    checked,
                    request,
                    "none".equals(request.prompt()) ? OIDCError.CONSENT_REQUIRED : OAuth2Error.ACCESS_DENIED);
        }
        URI uri = new AuthorizationSuccessResponse(
                        URI.create(request.redirectUri()),
                        new AuthorizationCode(code.reveal()),
                        null,
                        state(request),
                        issuer(checked),
                        ResponseMode.QUERY)
                .toURI();
        return new Submitted(uri, code.reveal());
    }

    private void insertCode(
            Secret code, UUID grantId, Checked checked, AuthorizationRequest request, Instant authenticatedAt) {
        tokens.insertCode(
                code.tenantId(),
                code.hash(),
                grantId,
                UUID.randomUUID(),
                request.redirectUri(),
                request.codeChallenge(),
                null,
                checked.ask.scopes().toString(),
                json.write(request.resources()),
                request.nonce(),
                authenticatedAt,
                CODE_SECONDS);
    }

    /** Two first consents at once open one grant: the second try of the loser finds it. */
    private static Consents.Outcome inOneOfAFewTries(java.util.function.Supplier<Consents.Outcome> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                if (attempt == TRIES || !Transactions.isDuplicate(e)) {
                    throw e;
                }
            }
        }
    }

    private record Checked(Consents.Ask ask, List<ScopeRules.Result> scopes) {}

    private Checked check(Caller caller, Subject subject, AuthorizationRequest request) {
        ConnectedApp app = apps.find(caller.projectId(), request.clientId());
        if (!RedirectUrls.match(json.strings(app.redirectUrls()), request.redirectUri())) {
            throw new Problem(ErrorType.CONNECTED_APP_SUPPLIED_REDIRECT_URL_NOT_FOUND_IN_CLIENT);
        }
        String prompt = request.prompt() == null ? "" : request.prompt();
        if (!List.of("", "consent", "none").contains(prompt)) {
            throw prompt.contains("none")
                    ? new Problem(ErrorType.OIDC_PROMPT_NONE_MUST_BE_EXCLUSIVE)
                    : new Problem(ErrorType.BAD_REQUEST, "prompt must be consent or none.");
        }
        request.resources().forEach(Authorizations::checkResource);
        Person person = people.person(subject)
                .orElseThrow(
                        () -> new Problem(subject.isMember() ? ErrorType.MEMBER_NOT_FOUND : ErrorType.USER_NOT_FOUND));
        List<ScopeRules.Result> results = scopeRules.results(app, person, request.scopes());
        List<String> grantable = new ArrayList<>();
        results.stream().filter(ScopeRules.Result::isGrantable).forEach(result -> grantable.add(result.scope()));
        Consents.Ask ask = new Consents.Ask(
                subject,
                app,
                Scopes.of(grantable),
                prompt.equals("consent"),
                !app.clientType().isPublic() || request.redirectUri().startsWith("https://"));
        return new Checked(ask, results);
    }

    /** RFC 8707 §2: an absolute URI without a fragment. */
    private static void checkResource(String resource) {
        try {
            URI uri = new URI(resource);
            if (uri.isAbsolute() && uri.getRawFragment() == null && resource.length() <= 1024) {
                return;
            }
        } catch (java.net.URISyntaxException e) {
            // answered below
        }
        throw new Problem(ErrorType.BAD_REQUEST, "A resource must be an absolute URI without a fragment.");
    }

    private Submitted refused(Checked checked, AuthorizationRequest request, ErrorObject error) {
        URI uri = new AuthorizationErrorResponse(
                        URI.create(request.redirectUri()), error, state(request), issuer(checked), ResponseMode.QUERY)
                .toURI();
        return new Submitted(uri, null);
    }

    private Issuer issuer(Checked checked) {
        return new Issuer(issuers.of(projects.get(checked.ask.app().projectId())));
    }

    @Nullable
    private static State state(AuthorizationRequest request) {
        return request.state() == null || request.state().isEmpty() ? null : new State(request.state());
    }
}
