package dev.ungrant.oauth;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.registration.Registration;
import dev.ungrant.registration.RegistrationSettings;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.Open;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this server can do, for clients that ask (RFC 8414, OpenID Connect Discovery), and the keys that its signatures are
 * checked with. Whatever a client says it accepts, it gets JSON: some say they want pictures (contract §1.10).
 */
@Open
@Controller
@Produces(MediaType.ALL)
final class MetadataEndpoint {
    private final Projects projects;
    private final Policies policies;
    private final SigningKeys keys;
    private final Issuers issuers;
    private final Registration registration;

    MetadataEndpoint(
            Projects projects, Policies policies, SigningKeys keys, Issuers issuers, Registration registration) {
        this.projects = projects;
        this.policies = policies;
        this.keys = keys;
        this.issuers = issuers;
        this.registration = registration;
    }

    @Get("/.well-known/openid-configuration")
    HttpResponse<?> discovery() {
        return cached(metadata(projects.defaultProject(), issuers.baseUrl() + "/v1"));
    }

    @Get("/.well-known/oauth-authorization-server")
    HttpResponse<?> authorizationServer() {
        return discovery();
    }

    @Get("/v1/public/{project_id}/.well-known/openid-configuration")
    HttpResponse<?> projectDiscovery(String project_id) {
        return ofProject(project_id);
    }

    @Get("/v1/public/{project_id}/.well-known/oauth-authorization-server")
    HttpResponse<?> projectAuthorizationServer(String project_id) {
        return ofProject(project_id);
    }

    /** RFC 8414 §3.1: the well-known part goes before the path of the issuer. */
    @Get("/.well-known/oauth-authorization-server/v1/public/{project_id}")
    HttpResponse<?> authorizationServerOfPath(String project_id) {
        return ofProject(project_id);
    }

    @Get("/.well-known/jwks.json")
    HttpResponse<?> jwks() {
        return HttpResponse.ok(Map.of("keys", keys.jwks()))
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        "public, max-age=" + keys.maxAge().toSeconds());
    }

    private HttpResponse<?> ofProject(String projectId) {
        Project project = projects.find(projectId);
        return cached(metadata(project, issuers.ofPath(project.wireId())));
    }

    private static HttpResponse<?> cached(Map<String, Object> body) {
        return HttpResponse.ok(body)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=900");
    }

    private Map<String, Object> metadata(Project project, String endpoints) {
        OIDCProviderMetadata metadata = new OIDCProviderMetadata(
                new Issuer(issuers.of(project)),
                List.of(SubjectType.PUBLIC),
                URI.create(issuers.baseUrl() + "/.well-known/jwks.json"));
        if (project.authorizationUrl() == null) {
            ownPage(metadata, project, endpoints);
        } else {
            metadata.setAuthorizationEndpointURI(URI.create(project.authorizationUrl()));
            metadata.setResponseModes(List.of(ResponseMode.QUERY));
            // Left out it would count as supported (Discovery §3).
            metadata.setSupportsRequestURIParam(false);
        }
        metadata.setTokenEndpointURI(URI.create(endpoints + "/oauth2/token"));
        metadata.setIntrospectionEndpointURI(URI.create(endpoints + "/oauth2/introspect"));
        metadata.setRevocationEndpointURI(URI.create(endpoints + "/oauth2/revoke"));
        metadata.setResponseTypes(List.of(new ResponseType(ResponseType.Value.CODE)));
        metadata.setUserInfoEndpointURI(URI.create(endpoints + "/oauth2/userinfo"));
        metadata.setGrantTypes(
                List.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS));
        metadata.setCodeChallengeMethods(List.of(CodeChallengeMethod.S256));
        metadata.setIDTokenJWSAlgs(List.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256));
        metadata.setUserInfoJWSAlgs(List.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256));
        metadata.setDPoPJWSAlgs(Proofs.ALGORITHMS);
        metadata.setClaims(claims());
        metadata.setSupportsAuthorizationResponseIssuerParam(true);
        List<ClientAuthenticationMethod> methods = List.of(
                ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
                ClientAuthenticationMethod.CLIENT_SECRET_POST,
                ClientAuthenticationMethod.PRIVATE_KEY_JWT,
                ClientAuthenticationMethod.NONE);
        metadata.setTokenEndpointAuthMethods(methods);
        metadata.setIntrospectionEndpointAuthMethods(methods);
        metadata.setRevocationEndpointAuthMethods(methods);
        metadata.setTokenEndpointJWSAlgs(Assertions.ALGORITHMS);
        metadata.setIntrospectionEndpointJWSAlgs(Assertions.ALGORITHMS);
        metadata.setRevocationEndpointJWSAlgs(Assertions.ALGORITHMS);
        metadata.setScopes(scopes(project));
        RegistrationSettings registers = registration.of(project.projectId());
        if (registers.dynamicRegistration()) {
            metadata.setRegistrationEndpointURI(URI.create(endpoints + "/oauth2/register"));
        }
        Map<String, Object> said = new LinkedHashMap<>(metadata.toJSONObject());
        // RFC 9701 §7; Nimbus has no name for it.
        said.put("introspection_signing_alg_values_supported", List.of(JWSAlgorithm.RS256.getName()));
        if (registers.clientDocuments()) {
            // draft-ietf-oauth-client-id-metadata-document §6
            said.put("client_id_metadata_document_supported", true);
        }
        // False is the default, which Nimbus leaves out; said all the same, for readers.
        said.putIfAbsent("claims_parameter_supported", false);
        said.putIfAbsent("request_parameter_supported", false);
        return said;
    }

    private static List<String> claims() {
        List<String> claims = new ArrayList<>(List.of(
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", AccessTokens.ORGANIZATION_CLAIM));
        claims.addAll(PersonClaims.NAMES);
        return claims;
    }

    /** What our own authorization page can do; of a host application's own page nothing of this is known. */
    private void ownPage(OIDCProviderMetadata metadata, Project project, String endpoints) {
        boolean isDefault = projects.defaultProject().projectId().equals(project.projectId());
        String path = isDefault ? "/oauth2/authorize" : "/oauth2/projects/" + project.wireId() + "/authorize";
        metadata.setAuthorizationEndpointURI(URI.create(issuers.baseUrl() + path));
        metadata.setPushedAuthorizationRequestEndpointURI(URI.create(endpoints + "/oauth2/par"));
        metadata.setEndSessionEndpointURI(URI.create(issuers.baseUrl() + "/oauth2/logout"));
        metadata.setResponseModes(List.of(ResponseMode.QUERY, ResponseMode.FORM_POST));
        metadata.setPromptTypes(
                List.of(Prompt.Type.NONE, Prompt.Type.LOGIN, Prompt.Type.CONSENT, Prompt.Type.SELECT_ACCOUNT));
        metadata.setSupportsClaimsParams(true);
        metadata.setSupportsRequestParam(true);
        metadata.setSupportsRequestURIParam(true);
        metadata.setRequiresRequestURIRegistration(true);
        List<JWSAlgorithm> signed = new ArrayList<>(List.of(JWSAlgorithm.parse(Algorithm.NONE.getName())));
        signed.addAll(RequestObjectProof.ALGORITHMS);
        metadata.setRequestObjectJWSAlgs(signed);
    }

    private Scope scopes(Project project) {
        List<String> names = new ArrayList<>(List.of("openid", "profile", "email", "phone", Scopes.OFFLINE_ACCESS));
        policies.of(project.projectId()).scopes().stream()
                .map(Policy.Scope::scope)
                .forEach(names::add);
        return Scope.parse(names);
    }
}
