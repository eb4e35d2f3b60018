package dev.ungrant.registration;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import dev.ungrant.connectedapps.ClientAuthMethod;
import dev.ungrant.connectedapps.RequestAlgorithm;
import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.minidev.json.JSONObject;

/**
 * Reads what an app says of itself (RFC 7591 §2, OpenID Connect Registration §2). All of it is the app's own word. What is not
 * supported and does no harm is left out, which the answer shows; what would not do what it says is refused.
 */
final class MetadataRules {
    private static final int LONGEST = 64 * 1024;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_TEXT = 1024;
    private static final int MOST_CONTACTS = 10;
    private static final int MOST_REDIRECTS = 50;

    /** Kept and given back; everything else that an app sends, such as a client_type, is not for it to say. */
    private static final Set<String> KEPT = Set.of(
            "redirect_uris",
            "client_name",
            "client_uri",
            "logo_uri",
            "contacts",
            "tos_uri",
            "policy_uri",
            "jwks_uri",
            "jwks",
            "scope",
            "software_id",
            "software_version",
            "application_type",
            "subject_type",
            "sector_identifier_uri",
            "id_token_signed_response_alg",
            "userinfo_signed_response_alg",
            "request_object_signing_alg",
            "request_uris",
            "token_endpoint_auth_signing_alg",
            "default_max_age",
            "require_auth_time",
            "initiate_login_uri",
            "post_logout_redirect_uris",
            "frontchannel_logout_uri",
            "frontchannel_logout_session_required",
            "backchannel_logout_uri",
            "backchannel_logout_session_required",
            "dpop_bound_access_tokens",
            "require_pushed_authorization_requests");

    private static final Set<GrantType> GRANTS = Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
    private static final List<JWSAlgorithm> OURS = List.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final List<String> REQUEST_OBJECTS =
            Stream.of(RequestAlgorithm.values()).map(RequestAlgorithm::wireName).toList();

    private MetadataRules() {}

    static JSONObject object(String text) {
        try {
            if (text.length() > LONGEST) {
                throw refused("The metadata is longer than " + LONGEST + " characters.");
            }
            return JSONObjectUtils.parse(text);
        } catch (ParseException e) {
            throw refused("The metadata is not a JSON object.");
        }
    }

    /** @throws Problem {@code invalid_client_metadata}, {@code invalid_redirect_uri}, {@code unapproved_software_statement} */
    static Wanted read(JSONObject given) {
        if (given.containsKey("software_statement")) {
            throw new Problem(ErrorType.UNAPPROVED_SOFTWARE_STATEMENT);
        }
        // RFC 9101 §10.5; whoever says so counts on it.
        if (Boolean.TRUE.equals(given.get("require_signed_request_object"))) {
            throw refused("require_signed_request_object is not kept here.");
        }
        OIDCClientMetadata metadata = parse(given);
        checkRedirects(metadata);
        checkTexts(metadata);
        checkAlgorithms(metadata);
        if (metadata.getJWKSet() != null && metadata.getJWKSetURI() != null) {
            throw refused("jwks and jwks_uri exclude each other.");
        }
        if (metadata.getJWKSet() != null
                && metadata.getJWKSet().getKeys().stream().anyMatch(key -> key.isPrivate())) {
            throw refused("jwks holds a private key; it is not private any more.");
        }
        if (metadata.getSubjectType() == SubjectType.PAIRWISE) {
            throw refused("The subject_type is public.");
        }
        ClientAuthMethod method = method(metadata);
        Map<String, Object> said = new LinkedHashMap<>();
        metadata.toJSONObject().forEach((name, value) -> {
            if (KEPT.contains(name) && given.containsKey(name) && value != null) {
                said.put(name, value);
            }
        });
        said.put("token_endpoint_auth_method", method.wireName());
        said.put("grant_types", grants(metadata));
        said.put("response_types", List.of("code"));
        return new Wanted(metadata, method, said);
    }

    private static OIDCClientMetadata parse(JSONObject given) {
        try {
            // Only what is known, so that nothing of the rest can get in the parser's way.
            JSONObject known = new JSONObject();
            given.forEach((name, value) -> {
                if (value != null && Wanted.isKnown(name)) {
                    known.put(name, value);
                }
            });
            return OIDCClientMetadata.parse(known);
        } catch (ParseException | RuntimeException e) {
            boolean redirect = e instanceof ParseException parsing
                    && RegistrationError.INVALID_REDIRECT_URI.equals(parsing.getErrorObject());
            throw redirect
                    ? new Problem(ErrorType.INVALID_REDIRECT_URI)
                    : refused("A member of the metadata is malformed.");
        }
    }

    /** What a redirect URI may look like is the same for every app; here only that there is one. */
    private static void checkRedirects(OIDCClientMetadata metadata) {
        Set<URI> redirects = metadata.getRedirectionURIs();
        if (redirects == null || redirects.isEmpty() || redirects.size() > MOST_REDIRECTS) {
            throw new Problem(
                    ErrorType.INVALID_REDIRECT_URI, "There must be 1 to " + MOST_REDIRECTS + " redirect_uris.");
        }
    }

    private static void checkTexts(OIDCClientMetadata metadata) {
        requireLength("client_name", metadata.getName(), LONGEST_NAME);
        if (metadata.getName() != null && metadata.getName().codePoints().anyMatch(Character::isISOControl)) {
            throw refused("client_name has a control character.");
        }
        requireLength(
                "scope",
                metadata.getScope() == null ? null : metadata.getScope().toString(),
                LONGEST_TEXT);
        requireLength("software_id", value(metadata.getSoftwareID()), LONGEST_TEXT);
        requireLength("software_version", value(metadata.getSoftwareVersion()), LONGEST_TEXT);
        List<String> contacts = metadata.getEmailContacts() == null ? List.of() : metadata.getEmailContacts();
        if (contacts.size() > MOST_CONTACTS) {
            throw refused("contacts has at most " + MOST_CONTACTS + " elements.");
        }
        contacts.forEach(contact -> requireLength("contacts", contact, 320));
        requireUrl("logo_uri", metadata.getLogoURI());
        requireUrl("client_uri", metadata.getURI());
        requireUrl("policy_uri", metadata.getPolicyURI());
        requireUrl("tos_uri", metadata.getTermsOfServiceURI());
        requireUrl("jwks_uri", metadata.getJWKSetURI());
        requireUrl("sector_identifier_uri", metadata.getSectorIDURI());
        requireUrl("initiate_login_uri", metadata.getInitiateLoginURI());
        requireUrl("frontchannel_logout_uri", metadata.getFrontChannelLogoutURI());
        requireUrl("backchannel_logout_uri", metadata.getBackChannelLogoutURI());
    }

    private static void checkAlgorithms(OIDCClientMetadata metadata) {
        if (metadata.getIDTokenJWSAlg() != null && !OURS.contains(metadata.getIDTokenJWSAlg())) {
            throw refused("id_token_signed_response_alg is RS256 or ES256.");
        }
        boolean encrypted = metadata.getIDTokenJWEAlg() != null
                || metadata.getUserInfoJWEAlg() != null
                || metadata.getRequestObjectJWEAlg() != null;
        if (encrypted) {
            throw refused("Nothing is encrypted for clients here.");
        }
        if (metadata.getUserInfoJWSAlg() != null && !OURS.contains(metadata.getUserInfoJWSAlg())) {
            throw refused("userinfo_signed_response_alg is RS256 or ES256.");
        }
        if (metadata.getRequestObjectJWSAlg() != null
                && !REQUEST_OBJECTS.contains(metadata.getRequestObjectJWSAlg().getName())) {
            throw refused("request_object_signing_alg is none, ES256, PS256 or RS256.");
        }
        if (metadata.getTokenEndpointAuthJWSAlg() != null
                && !JWSAlgorithm.Family.RSA.contains(metadata.getTokenEndpointAuthJWSAlg())
                && !JWSAlgorithm.Family.EC.contains(metadata.getTokenEndpointAuthJWSAlg())) {
            throw refused("token_endpoint_auth_signing_alg is an RSA or EC algorithm.");
        }
    }

    /** RFC 7591 §2: an app that says nothing authenticates itself by its secret. */
    private static ClientAuthMethod method(OIDCClientMetadata metadata) {
        if (metadata.getTokenEndpointAuthMethod() == null) {
            return ClientAuthMethod.CLIENT_SECRET_BASIC;
        }
        String name = metadata.getTokenEndpointAuthMethod().getValue();
        for (ClientAuthMethod method : ClientAuthMethod.values()) {
            if (method.wireName().equals(name)) {
                return method;
            }
        }
        throw refused(
                "token_endpoint_auth_method is none, client_secret_basic, client_secret_post or private_key_jwt.");
    }

    /** What an app lists beside is left out; without a code there is nothing for it here. */
    private static List<String> grants(OIDCClientMetadata metadata) {
        Set<GrantType> asked =
                metadata.getGrantTypes() == null ? Set.of(GrantType.AUTHORIZATION_CODE) : metadata.getGrantTypes();
        boolean code = metadata.getResponseTypes() == null
                || metadata.getResponseTypes().contains(new ResponseType(ResponseType.Value.CODE));
        if (!asked.contains(GrantType.AUTHORIZATION_CODE) || !code) {
            throw refused("The grant_type authorization_code and the response_type code are what is served.");
        }
        Set<GrantType> served = new LinkedHashSet<>(asked);
        served.retainAll(GRANTS);
        return served.stream().map(GrantType::getValue).toList();
    }

    private static void requireLength(String name, @Nullable String text, int longest) {
        if (text != null && text.length() > longest) {
            throw refused(name + " is longer than " + longest + " characters.");
        }
    }

    private static void requireUrl(String name, @Nullable URI uri) {
        Predicate<String> loopback = host -> host.equals("127.0.0.1") || host.equals("localhost");
        if (uri == null) {
            return;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean page = name.equals("client_uri") || name.equals("policy_uri") || name.equals("tos_uri");
        boolean good = SafeUrl.of(uri.toString()).isPresent()
                || (page || name.equals("logo_uri")) && scheme.equals("http") && uri.getHost() != null
                || uri.getHost() != null && loopback.test(uri.getHost()) && scheme.equals("http");
        if (!good || uri.toString().length() > LONGEST_URL) {
            throw refused(name + " is an https URL of at most " + LONGEST_URL + " characters.");
        }
    }

    @Nullable
    private static String value(@Nullable com.nimbusds.oauth2.sdk.id.Identifier identifier) {
        return identifier == null ? null : identifier.getValue();
    }

    static Problem refused(String message) {
        return new Problem(ErrorType.INVALID_CLIENT_METADATA, message);
    }
}
