package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An app built with the client half of the Nimbus SDK, with its strict validators and its own way to fetch metadata and keys.
 * An admin takes the access away on Ben's behalf.
 */
class NimbusClientTest extends AppStoryTest {
    private ClientID clientId;
    private Map<String, Object> ada;
    private ECKey key;
    private OIDCProviderMetadata metadata;
    private PlainBrowser browser;

    @BeforeEach
    void app() throws Exception {
        Map<String, Object> app = signing("Ledger", Map.of("id_token_signed_response_alg", "ES256"));
        clientId = new ClientID((String) app.get("client_id"));
        @SuppressWarnings("unchecked")
        Map<String, Object> privateKey = (Map<String, Object>) app.get("key");
        key = JWK.parse(privateKey).toECKey();
        // Compares the issuer in the document with the one asked for, to the letter (RFC 8414 §3.3).
        metadata = OIDCProviderMetadata.resolve(new Issuer(issuer()));
        browser = new PlainBrowser(baseUrl(), portalSession(backend, ben));
        ada = backend.member(Map.of("organization_id", ben.get("organization_id")), "ada@acme.example", "stytch_admin");
    }

    @Test
    void nimbus() throws Exception {
        Flow flow = new Flow(null);
        AuthorizationResponse back = flow.answered(browser.allow(flow.pushed()));
        OIDCTokenResponse first = (OIDCTokenResponse) success(redeem(flow, back));
        IDTokenClaimsSet claims = validator().validate(first.getOIDCTokens().getIDToken(), flow.nonce);
        AccessTokenValidator.validate(
                first.getOIDCTokens().getAccessToken(), JWSAlgorithm.ES256, claims.getAccessTokenHash());
        assertThatThrownBy(() -> validator().validate(first.getOIDCTokens().getIDToken(), new Nonce()))
                .hasMessageContaining("nonce");
        assertThat(refused(redeem(flow, back))).isEqualTo(OAuth2Error.INVALID_GRANT);
        // RFC 6749 §4.1.2: a code that is used twice takes with it what it brought.
        assertThat(userInfo(first.getTokens().getAccessToken()).indicatesSuccess())
                .isFalse();

        Flow second = new Flow(null);
        OIDCTokenResponse tokens =
                (OIDCTokenResponse) success(redeem(second, second.answered(browser.allow(second.pushed()))));
        UserInfoResponse userInfo = userInfo(tokens.getTokens().getAccessToken());
        assertThat(userInfo.toSuccessResponse().getUserInfo().getSubject()).isEqualTo(claims.getSubject());
        assertThat(userInfo.toSuccessResponse().getUserInfo().getEmailAddress()).isEqualTo("ben@acme.example");
        RefreshToken refreshToken = tokens.getTokens().getRefreshToken();
        AccessTokenResponse refreshed = success(token(new RefreshTokenGrant(refreshToken)));
        AccessToken live = refreshed.getTokens().getAccessToken();
        assertThat(introspection(live).isActive()).isTrue();
        assertThat(introspection(live).getSubject()).isEqualTo(claims.getSubject());

        backend.as(ada)
                .post(revokeOf(ben, new Client(clientId.getValue(), null)), "{}")
                .ok();

        findsItselfOut(
                browser,
                new Ending() {
                    @Override
                    public String refresh() throws Exception {
                        return refused(token(new RefreshTokenGrant(refreshToken)))
                                .getCode();
                    }

                    @Override
                    public String userInfo(String accessToken) throws Exception {
                        return NimbusClientTest.this
                                .userInfo(new BearerAccessToken(accessToken))
                                .toErrorResponse()
                                .getErrorObject()
                                .getCode();
                    }

                    @Override
                    public boolean isActive(String accessToken) throws Exception {
                        return introspection(new BearerAccessToken(accessToken)).isActive();
                    }

                    @Override
                    public String silently() throws Exception {
                        Flow silent = new Flow(Prompt.Type.NONE);
                        return silent.answered(browser.back(silent.pushed()))
                                .toErrorResponse()
                                .getErrorObject()
                                .getCode();
                    }

                    @Override
                    public URI link() throws Exception {
                        return new Flow(null).pushed();
                    }
                },
                live.getValue(),
                tokens.getTokens().getAccessToken().getValue());
    }

    /** One try to be let in: what is asked, and what the answer is checked with. */
    private final class Flow {
        final State state = new State();
        final Nonce nonce = new Nonce();
        final CodeVerifier verifier = new CodeVerifier();
        final AuthenticationRequest request;

        Flow(@Nullable Prompt.Type prompt) throws Exception {
            Scope scope = prompt == null ? new Scope("openid", "email", "offline_access") : new Scope("openid");
            request = new AuthenticationRequest.Builder(ResponseType.CODE, scope, clientId, URI.create(REDIRECT))
                    .endpointURI(metadata.getAuthorizationEndpointURI())
                    .state(state)
                    .nonce(nonce)
                    .prompt(prompt == null ? null : new Prompt(prompt))
                    .codeChallenge(verifier, CodeChallengeMethod.S256)
                    .build();
        }

        /** The link for the browser, once the request itself was handed over (RFC 9126). */
        URI pushed() throws Exception {
            HTTPResponse answer = new PushedAuthorizationRequest(
                            metadata.getPushedAuthorizationRequestEndpointURI(), assertion(), request)
                    .toHTTPRequest()
                    .send();
            PushedAuthorizationResponse response = PushedAuthorizationResponse.parse(answer);
            assertThat(response.indicatesSuccess()).as(answer.getBody()).isTrue();
            return new AuthorizationRequest.Builder(response.toSuccessResponse().getRequestURI(), clientId)
                    .endpointURI(metadata.getAuthorizationEndpointURI())
                    .build()
                    .toURI();
        }

        AuthorizationResponse answered(URI back) throws Exception {
            AuthorizationResponse response = AuthorizationResponse.parse(back);
            assertThat(response.getState()).isEqualTo(state);
            assertThat(response.getIssuer()).isEqualTo(metadata.getIssuer());
            return response;
        }
    }

    private ClientAuthentication assertion() throws Exception {
        return new PrivateKeyJWT(
                clientId,
                URI.create(metadata.getIssuer().getValue()),
                JWSAlgorithm.ES256,
                key.toPrivateKey(),
                key.getKeyID(),
                null);
    }

    private TokenResponse redeem(Flow flow, AuthorizationResponse back) throws Exception {
        return token(new AuthorizationCodeGrant(
                back.toSuccessResponse().getAuthorizationCode(), URI.create(REDIRECT), flow.verifier));
    }

    private TokenResponse token(AuthorizationGrant grant) throws Exception {
        return OIDCTokenResponseParser.parse(
                new TokenRequest.Builder(metadata.getTokenEndpointURI(), assertion(), grant)
                        .build()
                        .toHTTPRequest()
                        .send());
    }

    private static AccessTokenResponse success(TokenResponse response) {
        assertThat(response.indicatesSuccess())
                .as(() -> response.toErrorResponse().getErrorObject().toString())
                .isTrue();
        return response.toSuccessResponse();
    }

    private static ErrorObject refused(TokenResponse response) {
        assertThat(response.indicatesSuccess()).isFalse();
        return response.toErrorResponse().getErrorObject();
    }

    private IDTokenValidator validator() throws Exception {
        return new IDTokenValidator(
                metadata.getIssuer(),
                clientId,
                new JWSVerificationKeySelector<>(
                        JWSAlgorithm.ES256,
                        JWKSourceBuilder.create(metadata.getJWKSetURI().toURL()).build()),
                null);
    }

    private UserInfoResponse userInfo(AccessToken token) throws Exception {
        return UserInfoResponse.parse(new UserInfoRequest(metadata.getUserInfoEndpointURI(), token)
                .toHTTPRequest()
                .send());
    }

    private TokenIntrospectionSuccessResponse introspection(AccessToken token) throws Exception {
        return TokenIntrospectionResponse.parse(
                        new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), assertion(), token)
                                .toHTTPRequest()
                                .send())
                .toSuccessResponse();
    }
}
