package dev.ungrant.oauth;

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
import dev.ungrant.database.Transactions;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Asks whether an app may be let in, and lets it in, for a page that the host application draws (contract §8.1, §8.4). Our own
 * page stands on {@link HostedAuthorizations}.
 */
@Singleton
public final class Authorizations {
    private static final int TRIES = 3;

    private final ConnectedApps apps;
    private final Consents consents;
    private final AuthorizationChecks checks;
    private final AuthorizationCodes codes;
    private final Projects projects;
    private final Issuers issuers;
    private final Transactions transactions;
    private final Json json;

    Authorizations(
            ConnectedApps apps,
            Consents consents,
            AuthorizationChecks checks,
            AuthorizationCodes codes,
            Projects projects,
            Issuers issuers,
            Transactions transactions,
            Json json) {
        this.apps = apps;
        this.consents = consents;
        this.checks = checks;
        this.codes = codes;
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
        AuthorizationChecks.Checked checked = check(caller, subject, request);
        if (!consents.isAllowed(subject, checked.ask().app())) {
            throw new Problem(ErrorType.CONNECTED_APP_NOT_ALLOWED_FOR_ORG);
        }
        return new Started(checked.ask().app(), consents.isRequired(checked.ask()), checked.scopes());
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
        AuthorizationChecks.Checked checked = check(caller, subject, request);
        requirePkce(checked.ask().app(), request.codeChallenge());
        ReplyTo replyTo = replyTo(checked, request);
        if (!request.responseType().equals("code")) {
            return refused(replyTo, OAuth2Error.UNSUPPORTED_RESPONSE_TYPE);
        }
        if (checked.nothingGrantable()) {
            return refused(replyTo, OAuth2Error.INVALID_SCOPE);
        }
        String code = inOneOfAFewTries(() -> transactions.write(() -> {
            Consents.Outcome opened = consents.open(caller.actor(), checked.ask(), consentGiven, grantExpiresAt);
            return opened.consentMissing()
                    ? null
                    : codes.issue(opened.grantId(), checked.ask(), request, authenticatedAt);
        }));
        if (code == null) {
            return refused(
                    replyTo, "none".equals(request.prompt()) ? OIDCError.CONSENT_REQUIRED : OAuth2Error.ACCESS_DENIED);
        }
        return new Submitted(replyTo.code(code).toURI(), code);
    }

    /** Two first consents at once open one grant: the second try of the loser finds it. */
    static <T> T inOneOfAFewTries(Supplier<T> work) {
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

    private AuthorizationChecks.Checked check(Caller caller, Subject subject, AuthorizationRequest request) {
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
        if (!Resources.areWellFormed(request.resources())) {
            throw new Problem(ErrorType.BAD_REQUEST, "A resource must be an absolute URI without a fragment.");
        }
        if (!request.resources().isEmpty()
                && !Resources.areOf(projects.get(app.projectId()), request.resources(), json)) {
            throw new Problem(ErrorType.BAD_REQUEST, "A resource is not one of the project's.");
        }
        return checks.check(app, subject, request);
    }

    private static void requirePkce(ConnectedApp app, @Nullable String challenge) {
        boolean letOff =
                challenge == null && app.pkceOptional() && !app.clientType().isPublic();
        if (!letOff && (challenge == null || !CodeChallenges.isS256(challenge))) {
            throw new Problem(ErrorType.PKCE_REQUIRED_FOR_IDP_AUTHORIZATION_FLOW);
        }
    }

    private static Submitted refused(ReplyTo replyTo, ErrorObject error) {
        return new Submitted(replyTo.error(error).toURI(), null);
    }

    private ReplyTo replyTo(AuthorizationChecks.Checked checked, AuthorizationRequest request) {
        ConnectedApp app = checked.ask().app();
        boolean noState = request.state() == null || request.state().isEmpty();
        return new ReplyTo(
                app,
                URI.create(request.redirectUri()),
                ResponseMode.QUERY,
                noState ? null : new State(request.state()),
                new Issuer(issuers.of(projects.get(app.projectId()))));
    }
}
