package dev.ungrant.connectedapps;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import java.text.ParseException;
import java.util.List;
import java.util.regex.Pattern;

/** Which values of an app go together, whoever gave them. */
final class AppRules {
    private static final Pattern SCOPES = Pattern.compile("[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]*");
    private static final int LONGEST_SCOPES = 4000;
    private static final int LONGEST_URL = 2048;
    private static final int MOST_REQUEST_URIS = 20;
    private static final int MOST_KEYS = 50;
    private static final int LONGEST_KEYS = 64 * 1024;
    private static final int LONGEST_JWT_MINUTES = 60;
    private static final int LONGEST_OPAQUE_MINUTES = 1440;

    private AppRules() {}

    /** @throws Problem naming the field that breaks a rule */
    static void check(ConnectedApp app, Json json) {
        RedirectUrls.check(json.strings(app.redirectUrls()), app.clientType());
        RedirectUrls.check(json.strings(app.postLogoutRedirectUrls()), app.clientType());
        if (!app.clientType().isFirstParty() && app.fullAccessAllowed()) {
            throw new Problem(ErrorType.THIRD_PARTY_CLIENTS_CANNOT_USE_FULL_ACCESS);
        }
        if (!app.clientType().isFirstParty() && app.bypassConsentForOfflineAccess()) {
            throw new Problem(ErrorType.THIRD_PARTY_CLIENTS_REQUIRE_CONSENT_FOR_OFFLINE_ACCESS);
        }
        // A jwt outlives its grant by up to its own life wherever only its signature is checked, so that life is short.
        int longest = app.tokenFormat() == TokenFormat.JWT ? LONGEST_JWT_MINUTES : LONGEST_OPAQUE_MINUTES;
        if (app.tokenMinutes() < 1 || app.tokenMinutes() > longest) {
            throw new Problem(ErrorType.IDP_INVALID_ACCESS_TOKEN_EXPIRY_MINUTES);
        }
        checkAuthentication(app);
        checkKeys(app);
        checkRequestObjects(app, json);
        checkSessions(app);
    }

    private static void checkAuthentication(ConnectedApp app) {
        boolean open = app.clientType().isPublic();
        if (open != (app.tokenEndpointAuthMethod() == ClientAuthMethod.NONE)) {
            throw refused("token_endpoint_auth_method is none for a public app, and only for a public app.");
        }
        if (open && app.clientCredentialsAllowed()) {
            throw refused("client_credentials_allowed is for apps that authenticate themselves.");
        }
        if (open && app.pkceOptional()) {
            throw refused("pkce_optional is for apps that authenticate themselves.");
        }
        if (!app.ownScopes().isBlank() && !app.clientCredentialsAllowed()) {
            throw refused("own_scopes say nothing without client_credentials_allowed.");
        }
        if (app.ownScopes().length() > LONGEST_SCOPES
                || !SCOPES.matcher(app.ownScopes()).matches()) {
            throw refused("own_scopes are names of scopes (RFC 6749 §3.3), together at most 4000 characters.");
        }
        if (Scopes.parse(app.ownScopes()).names().stream().anyMatch(Scopes.BUILT_IN::contains)) {
            throw refused("own_scopes are scopes of the project; the built-in ones are about a person.");
        }
    }

    private static void checkKeys(ConnectedApp app) {
        if (app.jwks() != null && app.jwksUri() != null) {
            throw refused("jwks and jwks_uri exclude each other.");
        }
        boolean none = app.jwks() == null && app.jwksUri() == null;
        if (none && app.tokenEndpointAuthMethod() == ClientAuthMethod.PRIVATE_KEY_JWT) {
            throw refused("private_key_jwt wants jwks or jwks_uri.");
        }
        if (app.jwks() != null && !isUsable(app.jwks())) {
            throw refused("jwks is a JWK set of 1 to " + MOST_KEYS + " public RSA (2048 bits or more) or EC keys.");
        }
        if (app.jwksUri() != null
                && (app.jwksUri().length() > 2048 || SafeUrl.of(app.jwksUri()).isEmpty())) {
            throw refused("jwks_uri is an https URL.");
        }
    }

    private static void checkRequestObjects(ConnectedApp app, Json json) {
        boolean signs = app.requestObjectAlg() != null && app.requestObjectAlg() != RequestAlgorithm.NONE;
        if (signs && app.jwks() == null && app.jwksUri() == null) {
            throw refused("A request_object_signing_alg other than none wants jwks or jwks_uri.");
        }
        List<String> addresses = json.strings(app.requestUris());
        if (addresses.size() > MOST_REQUEST_URIS || addresses.stream().anyMatch(address -> !isAddress(address))) {
            throw refused("request_uris are at most " + MOST_REQUEST_URIS + " https URLs.");
        }
    }

    private static void checkSessions(ConnectedApp app) {
        if (app.defaultMaxAge() != null && app.defaultMaxAge() < 0) {
            throw refused("default_max_age is a number of seconds.");
        }
        // OpenID Connect Back-Channel Logout §2.2: without a fragment.
        String logout = app.backchannelLogoutUri();
        if (logout != null && (!isAddress(logout) || logout.contains("#"))) {
            throw refused("backchannel_logout_uri is an https URL without a fragment.");
        }
    }

    private static boolean isAddress(String url) {
        return url.length() <= LONGEST_URL
                && SafeUrl.of(url).filter(safe -> safe.text().equals(url)).isPresent();
    }

    private static boolean isUsable(String jwks) {
        if (jwks.length() > LONGEST_KEYS) {
            return false;
        }
        try {
            JWKSet keys = JWKSet.parse(jwks);
            return !keys.isEmpty()
                    && keys.size() <= MOST_KEYS
                    && keys.getKeys().stream().allMatch(AppRules::isUsable);
        } catch (ParseException e) {
            return false;
        }
    }

    private static boolean isUsable(JWK key) {
        boolean known =
                KeyType.EC.equals(key.getKeyType()) || KeyType.RSA.equals(key.getKeyType()) && key.size() >= 2048;
        return known && !key.isPrivate();
    }

    /**
     * A secret is made with its app and shown then; there is nobody to show a later one to.
     *
     * @throws Problem when an app without a secret is to get one by a change
     */
    static void checkSecret(ConnectedApp changed) {
        if (changed.tokenEndpointAuthMethod().usesSecret() && changed.secretLastFour() == null) {
            throw refused("An app that was made without a secret cannot get one; make a new app.");
        }
    }

    private static Problem refused(String message) {
        return new Problem(ErrorType.BAD_REQUEST, message);
    }
}
