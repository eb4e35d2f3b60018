package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.RedirectUrls;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads what an app asks of the authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 9126 §2.1), in the
 * order in which it matters: who asks, where the answer goes, and only then all the rest.
 */
@Singleton
final class RequestRules {
    private static final Set<Prompt.Type> OUR_PROMPTS =
            Set.of(Prompt.Type.NONE, Prompt.Type.LOGIN, Prompt.Type.CONSENT, Prompt.Type.SELECT_ACCOUNT);

    /** Which of these it is, the log says. */
    static final String BAD_OBJECT =
            "The request object cannot be had or read, is not signed as it must be, or is not for this app, server and time.";

    private static final int LONGEST_NONCE = 1024;
    private static final int LONGEST_SCOPE = 4000;

    private final ClientIds clients;
    private final Projects projects;
    private final Issuers issuers;
    private final IdTokenHints hints;
    private final Json json;

    RequestRules(ClientIds clients, Projects projects, Issuers issuers, IdTokenHints hints, Json json) {
        this.clients = clients;
        this.projects = projects;
        this.issuers = issuers;
        this.hints = hints;
        this.json = json;
    }

    /**
     * @param given every parameter with all its values
     * @param projectId the project of the path; null on the path without one
     * @throws Problem when nobody may be sent anywhere: the client or its redirect URI is not good
     * @throws AuthorizationRefused for everything else that is wrong
     */
    HostedRequest read(Map<String, List<String>> given, @Nullable UUID projectId) {
        ConnectedApp app = served(named(given).flatMap(clientId -> clients.known(clientId, projectId)));
        ReplyTo replyTo = replyTo(app, given);
        boolean silent = List.of("none").equals(given.get("prompt"));
        Map<String, List<String>> meant = meant(given, replyTo, silent);
        refuseObject(replyTo, given, silent);
        if (given.containsKey("registration")) {
            throw refused(replyTo, OIDCError.REGISTRATION_NOT_SUPPORTED, silent);
        }
        requireOurResponse(replyTo, meant, silent);
        List<String> resources = meant.getOrDefault("resource", List.of());
        if (!Resources.areWellFormed(resources)
                || !resources.isEmpty() && !Resources.areOf(projects.get(app.projectId()), resources, json)) {
            throw refused(replyTo, OAuth2Error.INVALID_TARGET, silent);
        }
        com.nimbusds.oauth2.sdk.AuthorizationRequest parsed = parse(replyTo, meant, silent);
        requirePkce(replyTo, parsed, meant, silent);
        RequestedClaims claims = RequestedClaims.of(parsed);
        if (claims.contextDemanded()) {
            throw refused(replyTo, OIDCError.UNMET_AUTHENTICATION_REQUIREMENTS, silent);
        }
        return read(replyTo, parsed, meant, claims);
    }

    /**
     * The app that has sent a browser, before anything else is looked at; may fetch what it says of itself.
     *
     * @throws Problem when there is no such client in the project, or the project has an authorization page of its own
     */
    ConnectedApp client(Map<String, List<String>> given, @Nullable UUID projectId) {
        return served(named(given).flatMap(clientId -> clients.resolve(clientId, projectId)));
    }

    private ConnectedApp served(Optional<ConnectedApp> found) {
        ConnectedApp app = found.orElseThrow(() -> new Problem(ErrorType.AUTHORIZE_UNKNOWN_CLIENT));
        if (projects.get(app.projectId()).authorizationUrl() != null) {
            throw new Problem(ErrorType.AUTHORIZE_ELSEWHERE);
        }
        return app;
    }

    private static Optional<String> named(Map<String, List<String>> given) {
        return Optional.ofNullable(RequestParameters.single(given, "client_id"));
    }

    private ReplyTo replyTo(ConnectedApp app, Map<String, List<String>> given) {
        String redirectUri = RequestParameters.single(given, "redirect_uri");
        if (redirectUri == null || !RedirectUrls.match(json.strings(app.redirectUrls()), redirectUri)) {
            throw new Problem(ErrorType.AUTHORIZE_REDIRECT_MISMATCH);
        }
        Project project = projects.get(app.projectId());
        String state = RequestParameters.single(given, "state");
        boolean byForm = "form_post".equals(RequestParameters.single(given, "response_mode"));
        return new ReplyTo(
                app,
                URI.create(redirectUri),
                byForm ? ResponseMode.FORM_POST : ResponseMode.QUERY,
                state == null ? null : new State(state),
                new Issuer(issuers.of(project)));
    }

    private static Map<String, List<String>> meant(Map<String, List<String>> given, ReplyTo replyTo, boolean silent) {
        Map<String, List<String>> meant = new LinkedHashMap<>();
        given.forEach((name, values) -> {
            // RFC 6749 §3.1: none may come more than once; a resource may (RFC 8707 §2).
            if (values.size() > 1 && !name.equals("resource")) {
                throw refused(replyTo, because(OAuth2Error.INVALID_REQUEST, "A parameter is repeated."), silent);
            }
            // And one without a value counts as left out.
            List<String> filled =
                    values.stream().filter(value -> !value.isEmpty()).toList();
            if (RequestParameters.mean(name) && !filled.isEmpty()) {
                meant.put(name, filled);
            }
        });
        return meant;
    }

    /** {@link RequestObjects} has put what a good object says in its place. */
    private static void refuseObject(ReplyTo replyTo, Map<String, List<String>> given, boolean silent) {
        boolean byValue = given.containsKey("request");
        boolean byReference = given.containsKey("request_uri");
        if (byValue || byReference) {
            ErrorObject error = byValue && byReference
                    ? OAuth2Error.INVALID_REQUEST
                    : byValue ? OAuth2Error.INVALID_REQUEST_OBJECT : OAuth2Error.INVALID_REQUEST_URI;
            throw refused(replyTo, because(error, BAD_OBJECT), silent);
        }
    }

    private static void requireOurResponse(ReplyTo replyTo, Map<String, List<String>> meant, boolean silent) {
        String type = RequestParameters.single(meant, "response_type");
        if (type == null) {
            throw refused(replyTo, because(OAuth2Error.INVALID_REQUEST, "The response_type is missing."), silent);
        }
        if (!type.equals("code")) {
            throw refused(replyTo, OAuth2Error.UNSUPPORTED_RESPONSE_TYPE, silent);
        }
        String mode = RequestParameters.single(meant, "response_mode");
        if (mode != null && !List.of("query", "form_post").contains(mode)) {
            throw refused(
                    replyTo,
                    because(OAuth2Error.INVALID_REQUEST, "The response_mode must be query or form_post."),
                    silent);
        }
    }

    private static com.nimbusds.oauth2.sdk.AuthorizationRequest parse(
            ReplyTo replyTo, Map<String, List<String>> meant, boolean silent) {
        boolean wrong = !isPlausible(meant);
        try {
            if (!wrong) {
                com.nimbusds.oauth2.sdk.AuthorizationRequest parsed = isOpenId(meant)
                        ? AuthenticationRequest.parse(meant)
                        : com.nimbusds.oauth2.sdk.AuthorizationRequest.parse(meant);
                wrong = parsed.getPrompt() != null && !OUR_PROMPTS.containsAll(parsed.getPrompt());
                if (!wrong) {
                    return parsed;
                }
            }
        } catch (ParseException | RuntimeException e) {
            // answered below
        }
        throw refused(replyTo, because(OAuth2Error.INVALID_REQUEST, "A parameter is malformed."), silent);
    }

    /** What the parser lets pass. */
    private static boolean isPlausible(Map<String, List<String>> meant) {
        String scope = RequestParameters.single(meant, "scope");
        String nonce = RequestParameters.single(meant, "nonce");
        String maxAge = RequestParameters.single(meant, "max_age");
        String thumbprint = RequestParameters.single(meant, "dpop_jkt");
        return (scope == null || scope.length() <= LONGEST_SCOPE)
                && (nonce == null || nonce.length() <= LONGEST_NONCE)
                && (maxAge == null || maxAge.matches("[0-9]{1,9}"))
                && (thumbprint == null || CodeChallenges.isS256(thumbprint));
    }

    private static boolean isOpenId(Map<String, List<String>> meant) {
        String scope = RequestParameters.single(meant, "scope");
        return scope != null && Scopes.parse(scope).contains(Scopes.OPENID);
    }

    /** RFC 7636, with RFC 9700 §2.1.1: S256 and nothing else, of everybody whom the operator has not let off. */
    private static void requirePkce(
            ReplyTo replyTo,
            com.nimbusds.oauth2.sdk.AuthorizationRequest parsed,
            Map<String, List<String>> meant,
            boolean silent) {
        boolean challenged = parsed.getCodeChallenge() != null;
        boolean ours = challenged
                && CodeChallengeMethod.S256.equals(parsed.getCodeChallengeMethod())
                && CodeChallenges.isS256(parsed.getCodeChallenge().getValue());
        boolean letOff = replyTo.app().pkceOptional()
                && !replyTo.app().clientType().isPublic()
                && !challenged
                && !meant.containsKey("code_challenge_method");
        if (!ours && !letOff) {
            throw refused(
                    replyTo,
                    because(
                            OAuth2Error.INVALID_REQUEST,
                            "A code_challenge is required, with code_challenge_method S256."),
                    silent);
        }
    }

    private HostedRequest read(
            ReplyTo replyTo,
            com.nimbusds.oauth2.sdk.AuthorizationRequest parsed,
            Map<String, List<String>> meant,
            RequestedClaims claims) {
        Set<Prompt.Type> prompts = parsed.getPrompt() == null ? Set.of() : Set.copyOf(parsed.getPrompt());
        AuthenticationRequest openId = parsed instanceof AuthenticationRequest request ? request : null;
        String scope = RequestParameters.single(meant, "scope");
        Set<String> scopes = new LinkedHashSet<>(
                scope == null ? List.of() : Scopes.parse(scope).toList());
        scopes.addAll(claims.scopes());
        AuthorizationRequest asked = new AuthorizationRequest(
                replyTo.app().wireId(),
                replyTo.redirectUri().toString(),
                "code",
                List.copyOf(scopes),
                prompts.contains(Prompt.Type.NONE) ? "none" : prompts.contains(Prompt.Type.CONSENT) ? "consent" : null,
                RequestParameters.single(meant, "state"),
                openId == null || openId.getNonce() == null
                        ? null
                        : openId.getNonce().getValue(),
                RequestParameters.single(meant, "code_challenge"),
                meant.getOrDefault("resource", List.of()),
                RequestParameters.single(meant, "dpop_jkt"));
        return new HostedRequest(
                replyTo,
                asked,
                prompts,
                openId == null || openId.getMaxAge() < 0
                        ? replyTo.app().defaultMaxAge()
                        : Integer.valueOf(openId.getMaxAge()),
                RequestParameters.single(meant, "login_hint"),
                hintedSubject(replyTo, meant, claims),
                meant);
    }

    /** Both ways to say whom the app means (Core §3.1.2.2) say the same, or nobody is meant. */
    @Nullable
    private String hintedSubject(ReplyTo replyTo, Map<String, List<String>> meant, RequestedClaims claims) {
        String idToken = RequestParameters.single(meant, "id_token_hint");
        if (idToken == null) {
            return claims.subject();
        }
        String hinted = hints.subject(idToken, replyTo.app()).orElse("");
        return claims.subject() == null || claims.subject().equals(hinted) ? hinted : "";
    }

    /** @throws AuthorizationRefused when the app may only ask by a pushed request, and this is none (RFC 9126 §6) */
    static void requirePushed(HostedRequest request, PendingRequests.Pending pending) {
        if (request.app().requirePushedRequests() && pending.pushedHash() == null) {
            throw refused(
                    request.replyTo(),
                    because(OAuth2Error.INVALID_REQUEST, "This app must push its requests."),
                    request.isSilent());
        }
    }

    private static AuthorizationRefused refused(ReplyTo replyTo, ErrorObject error, boolean silent) {
        return new AuthorizationRefused(replyTo, error, silent);
    }

    private static ErrorObject because(ErrorObject error, String description) {
        return error.setDescription(description);
    }
}
