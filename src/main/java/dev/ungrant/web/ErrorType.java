package dev.ungrant.web;

import io.micronaut.http.HttpStatus;
import java.util.Locale;

/**
 * Everything that can be refused, with the status and words of the contract (§11). The wire name is the constant in
 * lower case.
 */
public enum ErrorType {
    BAD_REQUEST(HttpStatus.BAD_REQUEST, "The submitted request is invalid."),
    TEST_ID_USED_IN_LIVE_ENVIRONMENT(HttpStatus.BAD_REQUEST, "An id of a test environment was used in a live one."),
    LIVE_ID_USED_IN_TEST_ENVIRONMENT(HttpStatus.BAD_REQUEST, "An id of a live environment was used in a test one."),
    ORGANIZATION_SLUG_ALREADY_USED(HttpStatus.BAD_REQUEST, "The organization slug is already in use."),
    ORGANIZATION_EXTERNAL_ID_ALREADY_USED(HttpStatus.BAD_REQUEST, "The organization external id is already in use."),
    DUPLICATE_MEMBER_EMAIL(HttpStatus.BAD_REQUEST, "A Member with this email address already exists."),
    DUPLICATE_MEMBER_EXTERNAL_ID(HttpStatus.BAD_REQUEST, "A Member with this external id already exists."),
    DUPLICATE_EMAIL(HttpStatus.BAD_REQUEST, "A User with this email address already exists."),
    DUPLICATE_USER_EXTERNAL_ID(HttpStatus.BAD_REQUEST, "A User with this external id already exists."),
    INVALID_EMAIL(HttpStatus.BAD_REQUEST, "The email address is invalid."),
    INVALID_EMAIL_FOR_INVITES(
            HttpStatus.BAD_REQUEST, "The organization does not let people with this email address be invited."),
    INVALID_RBAC_ROLE_ASSIGNMENT(HttpStatus.BAD_REQUEST, "A role in the request does not exist."),
    INVALID_RBAC_CUSTOM_ROLE(HttpStatus.BAD_REQUEST, "A custom role in the request is invalid."),
    MEMBER_SEARCH_INVALID_FILTER(HttpStatus.BAD_REQUEST, "A filter of the Member search is invalid."),
    ORGANIZATION_SEARCH_INVALID_FILTER(HttpStatus.BAD_REQUEST, "A filter of the Organization search is invalid."),
    USER_SEARCH_INVALID_FILTER(HttpStatus.BAD_REQUEST, "A filter of the User search is invalid."),
    NO_SESSION_ARGUMENTS(HttpStatus.BAD_REQUEST, "Please include either a session token or a session JWT."),
    TOO_MANY_SESSION_ARGUMENTS(
            HttpStatus.BAD_REQUEST,
            "The session token and the session JWT must name the same live session; send one of them."),
    NO_SESSION_REVOKE_ARGUMENTS(HttpStatus.BAD_REQUEST, "Please say which session to revoke."),
    TOO_MANY_SESSION_REVOKE_ARGUMENTS(HttpStatus.BAD_REQUEST, "Please say in one way only which session to revoke."),
    INVALID_SESSION_DURATION(HttpStatus.BAD_REQUEST, "session_duration_minutes must be between 5 and 527040."),
    BAD_DOMAIN_FOR_STYTCH_SDK(
            HttpStatus.BAD_REQUEST, "The origin of this page is not one of the project's; an operator can add it."),
    TOKEN_MISSING_ORGANIZATION_ID_CLAIM(
            HttpStatus.BAD_REQUEST, "Neither the token nor the request says which organization it is for."),
    NO_MATCH_FOR_PROVIDED_MAGIC_LINK_URL(
            HttpStatus.BAD_REQUEST, "A link can only lead to a page of one of the project's origins."),
    PKCE_MISMATCH(HttpStatus.BAD_REQUEST, "The link works only in the browser that asked for it (pkce_code_verifier)."),
    BAD_VERTICAL_FOR_STYTCH_SDK(HttpStatus.BAD_REQUEST, "This endpoint is not for projects of this vertical."),
    BAD_VERTICAL(HttpStatus.BAD_REQUEST, "This endpoint is not for projects of this vertical."),
    NO_OAUTH_AUTHORIZE_MEMBER_SELECTOR(
            HttpStatus.BAD_REQUEST,
            "Please name the Member by organization_id and member_id, by session_token, or by session_jwt."),
    NO_OAUTH_AUTHORIZE_USER_SELECTOR(
            HttpStatus.BAD_REQUEST, "Please name the User by user_id, by session_token, or by session_jwt."),
    OAUTH_INVALID_SCOPE_REQUESTED(HttpStatus.BAD_REQUEST, "A requested scope does not exist."),
    OIDC_PROMPT_NONE_MUST_BE_EXCLUSIVE(HttpStatus.BAD_REQUEST, "The prompt none cannot be combined with another one."),
    PKCE_REQUIRED_FOR_IDP_AUTHORIZATION_FLOW(HttpStatus.BAD_REQUEST, "A code_challenge (S256) is required."),
    AUTHORIZE_UNKNOWN_CLIENT(HttpStatus.BAD_REQUEST, "No app has this client_id."),
    AUTHORIZE_REDIRECT_MISMATCH(HttpStatus.BAD_REQUEST, "The redirect_uri is not registered for the app."),
    AUTHORIZE_MALFORMED(HttpStatus.BAD_REQUEST, "The authorization request cannot be read."),
    AUTHORIZE_ELSEWHERE(HttpStatus.BAD_REQUEST, "The project of the app has an authorization endpoint of its own."),
    AUTHORIZE_REQUEST_OVER(HttpStatus.BAD_REQUEST, "The authorization request has expired or was answered already."),
    LOGOUT_MALFORMED(HttpStatus.BAD_REQUEST, "The sign-out request is not one that can be followed."),
    INVALID_CONNECTED_APP_TYPE(
            HttpStatus.BAD_REQUEST,
            "client_type must be first_party, first_party_public, third_party or third_party_public."),
    CONNECTED_APP_NOT_ALLOWED_FOR_ORG(HttpStatus.BAD_REQUEST, "The organization does not allow this Connected App."),
    CONNECTED_APP_INVALID_REDIRECT_URL(HttpStatus.BAD_REQUEST, "A redirect URL is invalid."),
    CONNECTED_APP_REDIRECT_URL_MUST_INCLUDE_SCHEME(
            HttpStatus.BAD_REQUEST, "A redirect URL must be absolute, with a scheme."),
    CONNECTED_APP_REDIRECT_URL_MUST_USE_HTTPS_SCHEME(HttpStatus.BAD_REQUEST, "A redirect URL must use https."),
    CONNECTED_APP_REDIRECT_URL_HTTP_SCHEME_MUST_USE_LOOPBACK(
            HttpStatus.BAD_REQUEST, "A redirect URL may use http on a loopback address only."),
    CONNECTED_APP_ALREADY_ROTATING_SECRET(
            HttpStatus.BAD_REQUEST, "The secret of this Connected App is being rotated already."),
    CONNECTED_APP_NOT_ROTATING_SECRET(HttpStatus.BAD_REQUEST, "The secret of this Connected App is not being rotated."),
    PUBLIC_CONNECTED_APPS_DO_NOT_HAVE_SECRETS(HttpStatus.BAD_REQUEST, "A public Connected App has no secret."),
    THIRD_PARTY_CLIENTS_CANNOT_USE_FULL_ACCESS(
            HttpStatus.BAD_REQUEST, "A third-party Connected App cannot have full access."),
    THIRD_PARTY_CLIENTS_REQUIRE_CONSENT_FOR_OFFLINE_ACCESS(
            HttpStatus.BAD_REQUEST, "A third-party Connected App cannot bypass consent for offline access."),
    DYNAMIC_CLIENT_REGISTRATION_NOT_ENABLED(
            HttpStatus.BAD_REQUEST, "Apps cannot register themselves with this project."),
    INVALID_REDIRECT_URI(HttpStatus.BAD_REQUEST, "A redirect URI is invalid."),
    INVALID_CLIENT_METADATA(HttpStatus.BAD_REQUEST, "The metadata of the client is invalid."),
    UNAPPROVED_SOFTWARE_STATEMENT(HttpStatus.BAD_REQUEST, "Software statements are not accepted."),
    IDP_INVALID_ACCESS_TOKEN_EXPIRY_MINUTES(
            HttpStatus.BAD_REQUEST,
            "access_token_expiry_minutes must be between 1 and 1440; between 1 and 60 for jwt access tokens."),
    EMBED_ORIGIN_NOT_ALLOWED(
            HttpStatus.BAD_REQUEST,
            "The embed_origin is not one of the organization's; an administrator can add it in the portal."),
    EMBED_CAPABILITY_NOT_AVAILABLE(HttpStatus.BAD_REQUEST, "A capability in the request is not available."),
    INVALID_EMBED_THEME(HttpStatus.BAD_REQUEST, "The theme is invalid."),
    UNAUTHORIZED_CREDENTIALS(HttpStatus.UNAUTHORIZED, "Unauthorized credentials."),
    INVALID_TRUSTED_AUTH_TOKEN(
            HttpStatus.UNAUTHORIZED,
            "The token is not signed by the issuer of this profile for its audience, has expired, or names nobody here."),
    UNABLE_TO_AUTH_MAGIC_LINK(
            HttpStatus.UNAUTHORIZED,
            "The magic link could not be authenticated: it was used already, or it has expired."),
    UNABLE_TO_AUTH_OTP_CODE(
            HttpStatus.UNAUTHORIZED,
            "The code could not be authenticated: it is wrong, was used already, or has expired."),
    USER_UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "This request needs a session, and has none."),
    ENDPOINT_NOT_AUTHORIZED_FOR_SDK(
            HttpStatus.UNAUTHORIZED, "This endpoint is switched off for the browser SDK of this project."),
    INVALID_REGISTRATION_TOKEN(HttpStatus.UNAUTHORIZED, "The registration access token is not valid for this client."),
    UNABLE_TO_PARSE_SESSION_JWT(HttpStatus.UNAUTHORIZED, "The session JWT is not one of ours."),
    JWT_INVALID_AUDIENCE(HttpStatus.UNAUTHORIZED, "The session JWT is for another project."),
    JWT_INVALID_CLAIMS(HttpStatus.UNAUTHORIZED, "The session JWT has expired or is not valid yet."),
    CANNOT_UPDATE_TRUSTED_METADATA(
            HttpStatus.UNAUTHORIZED, "Trusted metadata cannot be changed on behalf of a Member."),
    CONNECTED_APP_SUPPLIED_REDIRECT_URL_NOT_FOUND_IN_CLIENT(
            HttpStatus.UNAUTHORIZED, "The redirect_uri is not registered for the Connected App."),
    SESSION_AUTHORIZATION_ERROR(
            HttpStatus.FORBIDDEN, "The Member is not authorized to perform the requested action on that resource."),
    CONSUMER_SESSION_AUTHORIZATION_ERROR(
            HttpStatus.FORBIDDEN, "The User is not authorized to perform the requested action on that resource."),
    SESSION_AUTHORIZATION_TENANCY_ERROR(
            HttpStatus.FORBIDDEN, "The Member's organization is not the organization of the request."),
    EMBED_CAPABILITY_NOT_PERMITTED(
            HttpStatus.FORBIDDEN, "The roles of the person do not allow a capability in the request."),
    CONFIRMATION_TOO_SOON(HttpStatus.CONFLICT, "The question was answered sooner than it can be read."),
    CONFIRMATION_OVER(HttpStatus.CONFLICT, "The question was answered already, or has waited too long."),
    FORGED_REQUEST(
            HttpStatus.FORBIDDEN, "The request did not come from one of our pages. Reload the page and try again."),
    ROLE_NOT_YOURS_TO_GIVE(
            HttpStatus.FORBIDDEN, "A role can be given or taken away only by a Member who has all of its permissions."),
    ROUTE_NOT_FOUND(HttpStatus.NOT_FOUND, "The requested route was not found."),
    CONNECTION_NOT_FOUND(HttpStatus.NOT_FOUND, "The connection requested could not be found."),
    CONNECTED_APP_NOT_FOUND(HttpStatus.NOT_FOUND, "The Connected App requested could not be found."),
    ORGANIZATION_NOT_FOUND(HttpStatus.NOT_FOUND, "The Organization requested could not be found."),
    MEMBER_NOT_FOUND(HttpStatus.NOT_FOUND, "The Member requested could not be found."),
    USER_NOT_FOUND(HttpStatus.NOT_FOUND, "The User requested could not be found."),
    TRUSTED_TOKEN_PROFILE_NOT_FOUND(HttpStatus.NOT_FOUND, "The trusted auth token profile could not be found."),
    PUBLIC_TOKEN_NOT_FOUND(HttpStatus.NOT_FOUND, "The public token is not one of any project here."),
    PROJECT_NOT_FOUND(HttpStatus.NOT_FOUND, "The Project requested could not be found."),
    SESSION_NOT_FOUND(HttpStatus.NOT_FOUND, "Session could not be found."),
    LAST_ADMIN(HttpStatus.CONFLICT, "The organization would be left without an active administrator."),
    MEMBER_NOT_DEACTIVATED(HttpStatus.CONFLICT, "Only a Member who is deactivated can be erased."),
    MEMBER_NOT_INVITED(HttpStatus.CONFLICT, "The Member has no invitation that is waiting."),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed for this route."),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "This route cannot answer in a format that the request accepts."),
    REQUEST_TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large."),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The content type of the request is not supported."),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many requests have been made."),
    INTERNAL_SERVER_ERROR(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "Oops, something seems to have gone wrong. Nothing was acknowledged; please try again, and tell the operator the request id if it persists."),
    SERVER_UNAVAILABLE(
            HttpStatus.SERVICE_UNAVAILABLE, "The database cannot be reached at the moment. Please try again.");

    private final HttpStatus status;
    private final String message;

    ErrorType(HttpStatus status, String message) {
        this.status = status;
        this.message = message;
    }

    public HttpStatus status() {
        return status;
    }

    public String message() {
        return message;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
