package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.ungrant.OAuthTest;
import dev.ungrant.projects.Vertical;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metadata says is tried, value by value (RFC 8414 §2, OpenID Connect Discovery §3). Rules B4, B6, B23 and B34. */
final class MetadataTest extends OAuthTest {
    private Backend backend;
    private Map<String, Object> ben;
    private OIDCProviderMetadata metadata;
    private Map<String, Object> said;

    @BeforeEach
    void cast() throws Exception {
        backend = b2b();
        ben = backend.member(backend.organization("Acme"), "ben@acme.example");
        Answer answer = send(HttpRequest.newBuilder(
                uri("/v1/public/" + backend.project().wireId() + "/.well-known/openid-configuration")));
        said = answer.body();
        metadata = OIDCProviderMetadata.parse(answer.response().body());
    }

    /** RFC 8414 §3.3: the issuer is identical to the one that the address was made from, and to the iss of tokens. */
    @Test
    void b23IssuerIsTheOneOfTokensAndOfTheAddress() throws Exception {
        String issuer = metadata.getIssuer().getValue();
        assertThat(issuer).endsWith("/v1/public/" + backend.project().wireId());
        for (String address : List.of(
                issuer + "/.well-known/openid-configuration",
                issuer + "/.well-known/oauth-authorization-server",
                issuer.replace("/v1/public/", "/.well-known/oauth-authorization-server/v1/public/"))) {
            assertThat(send(HttpRequest.newBuilder(URI.create(address))).text("issuer"))
                    .isEqualTo(issuer);
        }
        Client client = app(backend, "third_party_public");
        Answer token = token(consent(backend, ben, client, "openid"));
        assertThat(JWTParser.parse(token.ok().text("id_token"))
                        .getJWTClaimsSet()
                        .getIssuer())
                .isEqualTo(issuer);
    }

    @Test
    void b23EveryEndpointIsThere() {
        Set<String> names = new HashSet<>(said.keySet());
        names.removeIf(name -> !name.endsWith("_endpoint") && !name.equals("jwks_uri"));
        // The authorization endpoint of this project is the host application's own.
        names.remove("authorization_endpoint");
        assertThat(names)
                .contains(
                        "token_endpoint",
                        "introspection_endpoint",
                        "revocation_endpoint",
                        "userinfo_endpoint",
                        "jwks_uri");
        for (String name : names) {
            String method = name.equals("jwks_uri") || name.equals("end_session_endpoint") ? "GET" : "POST";
            int status = sendRaw(HttpRequest.newBuilder(URI.create((String) said.get(name)))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .method(method, HttpRequest.BodyPublishers.ofString("")))
                    .statusCode();
            assertThat(status).as(name).isIn(200, 303, 400, 401);
        }
    }

    /** B6: those that are named are known, and those that are not are not. */
    @Test
    void b6GrantTypesAreTheOnesThatAreNamed() {
        Client client = app(backend, "third_party");
        assertThat(said.get("grant_types_supported"))
                .isEqualTo(List.of("authorization_code", "refresh_token", "client_credentials"));
        for (Object type : (List<?>) said.get("grant_types_supported")) {
            assertThat(withGrantType(client, (String) type).text("error"))
                    .isIn("invalid_request", "unauthorized_client");
        }
        for (String type : List.of("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code")) {
            refusedAs(withGrantType(client, type), 400, "unsupported_grant_type");
        }
        assertThat(said).containsEntry("response_types_supported", List.of("code"));
    }

    @Test
    void b9EveryWayToAuthenticateThatIsNamedWorks() throws Exception {
        assertThat(said.get("token_endpoint_auth_methods_supported"))
                .isEqualTo(List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "none"));
        Map<String, String> ask = Map.of("grant_type", "refresh_token", "refresh_token", "cprt_x");
        String token = metadata.getTokenEndpointURI().getPath();
        Client confidential = app(backend, "third_party");
        passes(send(formRequest(token, ask).header("Authorization", basic(confidential.id(), confidential.secret()))));
        passes(form(token, with(ask, confidential.credentials())));
        passes(form(token, with(ask, app(backend, "third_party_public").credentials())));
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        Client signing = app(
                backend,
                "third_party",
                Map.of(
                        "token_endpoint_auth_method",
                        "private_key_jwt",
                        "jwks",
                        new JWKSet(key).toPublicJWKSet().toJSONObject()));
        assertThat(metadata.getTokenEndpointJWSAlgs())
                .contains(JWSAlgorithm.ES256)
                .doesNotContain(JWSAlgorithm.HS256);
        PrivateKeyJWT assertion = new PrivateKeyJWT(
                new ClientID(signing.id()),
                URI.create(metadata.getIssuer().getValue()),
                JWSAlgorithm.ES256,
                key.toPrivateKey(),
                key.getKeyID(),
                null);
        Map<String, String> signed = new HashMap<>();
        assertion.toParameters().forEach((name, values) -> signed.put(name, values.getFirst()));
        passes(form(token, with(ask, signed)));
        for (String endpoint : List.of("introspection", "revocation")) {
            assertThat(said.get(endpoint + "_endpoint_auth_methods_supported"))
                    .isEqualTo(said.get("token_endpoint_auth_methods_supported"));
            assertThat(said.get(endpoint + "_endpoint_auth_signing_alg_values_supported"))
                    .isEqualTo(said.get("token_endpoint_auth_signing_alg_values_supported"));
        }
    }

    @Test
    void b34AlgorithmsAreTheOnesThatAppsCanChooseAndKeysAreThere() throws Exception {
        assertThat(said.get("id_token_signing_alg_values_supported")).isEqualTo(List.of("RS256", "ES256"));
        Answer jwks = send(HttpRequest.newBuilder(metadata.getJWKSetURI()));
        for (Object algorithm : (List<?>) said.get("id_token_signing_alg_values_supported")) {
            Client client = app(backend, "third_party_public", Map.of("id_token_signed_response_alg", algorithm));
            var idToken = JWTParser.parse(
                    token(consent(backend, ben, client, "openid")).ok().text("id_token"));
            assertThat(idToken.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
            assertThat(jwks.objects("keys")).anyMatch(key -> key.get("alg").equals(algorithm));
        }
        assertThat(said.get("dpop_signing_alg_values_supported")).isEqualTo(List.of("ES256", "PS256", "RS256"));
        assertThat(said.get("subject_types_supported")).isEqualTo(List.of("public"));
    }

    /** B4 and what is not there: said, since some of it would count as there when left out. */
    @Test
    void b4WhatIsSupportedAndWhatIsNot() {
        assertThat(said)
                .containsEntry("code_challenge_methods_supported", List.of("S256"))
                .containsEntry("authorization_response_iss_parameter_supported", true)
                .containsEntry("userinfo_signing_alg_values_supported", List.of("RS256", "ES256"))
                .containsEntry("request_uri_parameter_supported", false)
                .containsEntry("request_parameter_supported", false)
                .doesNotContainKey("request_object_signing_alg_values_supported")
                // That is of a page of ours, and this project's is the host application's.
                .containsEntry("claims_parameter_supported", false);
    }

    /** Values of a page of ours; nobody is signed in and nobody is asked, so a good object is answered at once. */
    @Test
    void b23RequestObjectsAreReadAsItIsSaid() throws Exception {
        Backend hosted = hosted(Vertical.B2B);
        Map<String, Object> own = send(HttpRequest.newBuilder(
                        uri("/v1/public/" + hosted.project().wireId() + "/.well-known/openid-configuration")))
                .body();
        assertThat(own)
                .containsEntry("request_parameter_supported", true)
                .containsEntry("request_uri_parameter_supported", true)
                .containsEntry("require_request_uri_registration", true)
                .containsEntry(
                        "request_object_signing_alg_values_supported", List.of("none", "ES256", "PS256", "RS256"));
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        Object jwks = new JWKSet(List.<JWK>of(ec, rsa)).toPublicJWKSet().toJSONObject();
        for (Object name : (List<?>) own.get("request_object_signing_alg_values_supported")) {
            Client client = app(hosted, "third_party", Map.of("jwks", jwks, "request_object_signing_alg", name));
            JWTClaimsSet claims = new JWTClaimsSet.Builder()
                    .issuer(client.id())
                    .audience((String) own.get("issuer"))
                    .claim("client_id", client.id())
                    .claim("redirect_uri", REDIRECT)
                    .claim("response_type", "code")
                    .claim("scope", "openid")
                    .claim("prompt", "none")
                    .claim("code_challenge", challenge(verifier()))
                    .claim("code_challenge_method", "S256")
                    .build();
            String object;
            if (name.equals("none")) {
                object = new PlainJWT(claims).serialize();
            } else {
                SignedJWT signed = new SignedJWT(new JWSHeader(JWSAlgorithm.parse((String) name)), claims);
                signed.sign(name.equals("ES256") ? new ECDSASigner(ec) : new RSASSASigner(rsa));
                object = signed.serialize();
            }
            String address = "/oauth2/authorize?client_id=" + client.id() + "&response_type=code&request=" + object;
            String answer = sendRaw(HttpRequest.newBuilder(uri(address)))
                    .headers()
                    .firstValue("location")
                    .orElse("none");
            assertThat(answer).as("%s", name).startsWith(REDIRECT + "?").contains("error=login_required");
        }
    }

    @Test
    void scopesAndClaimsAreTheOnesThatAreGiven() throws Exception {
        List<String> scopes = metadata.getScopes().toStringList();
        assertThat(scopes).contains("openid");
        Client client = app(backend, "third_party_public");
        Answer token = token(consent(backend, ben, client, scopes.toArray(String[]::new)))
                .ok();
        assertThat(token.text("scope").split(" ")).containsExactlyInAnyOrder(scopes.toArray(String[]::new));
        Set<String> claims = new HashSet<>(JWTParser.parse(token.text("id_token"))
                .getJWTClaimsSet()
                .getClaims()
                .keySet());
        claims.addAll(send(HttpRequest.newBuilder(metadata.getUserInfoEndpointURI())
                        .header("Authorization", "Bearer " + token.text("access_token")))
                .ok()
                .body()
                .keySet());
        claims.removeAll(Set.of("request_id", "status_code"));
        assertThat(((List<?>) said.get("claims_supported")).stream().map(String::valueOf))
                .containsAll(claims);
    }

    private Answer withGrantType(Client client, String type) {
        Map<String, String> form = client.credentials();
        form.put("grant_type", type);
        return form(metadata.getTokenEndpointURI().getPath(), form);
    }

    private Answer token(Pending pending) {
        Map<String, String> form = pending.client().credentials();
        form.put("grant_type", "authorization_code");
        form.put("code", pending.code());
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", pending.verifier());
        return form(metadata.getTokenEndpointURI().getPath(), form);
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    /** Known to be itself: what is wrong is the refresh token. */
    private static void passes(Answer answer) {
        refusedAs(answer, 400, "invalid_grant");
    }
}
