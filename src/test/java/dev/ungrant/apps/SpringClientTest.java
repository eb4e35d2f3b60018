package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ungrant.SdkPage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizationContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.RefreshTokenOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * What Spring Security does for an application that signs people in with it: registration by the issuer alone, PKCE, nonce, the
 * ID token, UserInfo and refresh. Ben takes the access away on a page of the host's, through the browser SDK's door.
 */
class SpringClientTest extends AppStoryTest {
    private final OidcUserService users = new OidcUserService();

    @Test
    void spring() throws Exception {
        Map<String, Object> app = registered("third_party", "Almanac", Map.of());
        ClientRegistration registration = ClientRegistrations.fromIssuerLocation(issuer())
                .clientId((String) app.get("client_id"))
                .clientSecret((String) app.get("client_secret"))
                .redirectUri(REDIRECT)
                .scope("openid", "email", "offline_access")
                .build();
        // What Spring has chosen from the metadata by itself.
        assertThat(registration.getClientAuthenticationMethod())
                .isEqualTo(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        assertThat(registration.getProviderDetails().getUserInfoEndpoint().getUri())
                .isNotBlank();
        PlainBrowser browser = new PlainBrowser(baseUrl(), portalSession(backend, ben));

        OAuth2LoginAuthenticationToken login = signedIn(registration, browser);
        OidcUser user = (OidcUser) login.getPrincipal();
        assertThat(user.getSubject()).isEqualTo(ben.get("member_id"));
        assertThat(user.getUserInfo().getEmail()).isEqualTo("ben@acme.example");
        assertThat(user.getIdToken().getNonce()).isNotBlank();
        OAuth2AuthorizedClient refreshed = refreshed(new OAuth2AuthorizedClient(
                registration, user.getName(), login.getAccessToken(), login.getRefreshToken()));
        assertThat(refreshed.getAccessToken().getTokenValue())
                .isNotEqualTo(login.getAccessToken().getTokenValue());
        assertThat(loaded(refreshed, user.getIdToken()).getEmail()).isEqualTo("ben@acme.example");

        SdkPage page = page(backend, ben);
        page.post("/sdk/v1/b2b/organizations/members/connected_apps/" + app.get("client_id") + "/revoke", null);

        Client client = new Client((String) app.get("client_id"), (String) app.get("client_secret"));
        findsItselfOut(
                browser,
                new Ending() {
                    @Override
                    public String refresh() {
                        return catchThrowableOfType(ClientAuthorizationException.class, () -> refreshed(refreshed))
                                .getError()
                                .getErrorCode();
                    }

                    @Override
                    public String userInfo(String accessToken) {
                        OAuth2AccessToken token = new OAuth2AccessToken(
                                OAuth2AccessToken.TokenType.BEARER, accessToken, Instant.now(), null);
                        return catchThrowableOfType(
                                        OAuth2AuthenticationException.class,
                                        () -> users.loadUser(
                                                new OidcUserRequest(registration, token, user.getIdToken())))
                                .getError()
                                .getDescription();
                    }

                    @Override
                    public boolean isActive(String accessToken) {
                        return SpringClientTest.this.isActive(client, accessToken);
                    }

                    @Override
                    public String silently() {
                        OAuth2AuthorizationRequest request = OAuth2AuthorizationRequest.from(request(registration))
                                .additionalParameters(more -> more.put("prompt", "none"))
                                .build();
                        URI back = browser.back(URI.create(request.getAuthorizationRequestUri()));
                        return catchThrowableOfType(
                                        OAuth2AuthenticationException.class,
                                        () -> signedIn(registration, request, query(back.toString())))
                                .getError()
                                .getErrorCode();
                    }

                    @Override
                    public URI link() {
                        return URI.create(request(registration).getAuthorizationRequestUri());
                    }
                },
                refreshed.getAccessToken().getTokenValue(),
                login.getAccessToken().getTokenValue());
        // And back in, to a new life.
        OAuth2LoginAuthenticationToken again = signedIn(registration, browser);
        assertThat(isActive(client, again.getAccessToken().getTokenValue())).isTrue();
        assertThat(isActive(client, login.getAccessToken().getTokenValue())).isFalse();
    }

    /** As {@code DefaultOAuth2AuthorizationRequestResolver} makes it, which needs a servlet container. */
    private static OAuth2AuthorizationRequest request(ClientRegistration registration) {
        String nonce = verifier();
        OAuth2AuthorizationRequest.Builder request = OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(registration.getProviderDetails().getAuthorizationUri())
                .clientId(registration.getClientId())
                .redirectUri(registration.getRedirectUri())
                .scopes(registration.getScopes())
                .state(verifier())
                .attributes(Map.of("nonce", nonce))
                .additionalParameters(Map.of("nonce", challenge(nonce)));
        OAuth2AuthorizationRequestCustomizers.withPkce().accept(request);
        return request.build();
    }

    private static OAuth2LoginAuthenticationToken signedIn(ClientRegistration registration, PlainBrowser browser) {
        OAuth2AuthorizationRequest request = request(registration);
        Map<String, String> back = query(
                browser.allow(URI.create(request.getAuthorizationRequestUri())).toString());
        return signedIn(registration, request, back);
    }

    /** What the login filter does with the parameters that a browser brings back. */
    private static OAuth2LoginAuthenticationToken signedIn(
            ClientRegistration registration, OAuth2AuthorizationRequest request, Map<String, String> back) {
        OAuth2AuthorizationResponse response = (back.containsKey("code")
                        ? OAuth2AuthorizationResponse.success(back.get("code"))
                        : OAuth2AuthorizationResponse.error(back.get("error")))
                .redirectUri(registration.getRedirectUri())
                .state(back.get("state"))
                .build();
        return (OAuth2LoginAuthenticationToken) new OidcAuthorizationCodeAuthenticationProvider(
                        new RestClientAuthorizationCodeTokenResponseClient(), new OidcUserService())
                .authenticate(new OAuth2LoginAuthenticationToken(
                        registration, new OAuth2AuthorizationExchange(request, response)));
    }

    /** A clock skew of a day makes every access token one that has to be refreshed. */
    private static OAuth2AuthorizedClient refreshed(OAuth2AuthorizedClient client) {
        RefreshTokenOAuth2AuthorizedClientProvider provider = new RefreshTokenOAuth2AuthorizedClientProvider();
        provider.setClockSkew(Duration.ofDays(1));
        OAuth2AuthorizedClient refreshed = provider.authorize(OAuth2AuthorizationContext.withAuthorizedClient(client)
                .principal(new TestingAuthenticationToken(client.getPrincipalName(), null))
                .build());
        assertThat(refreshed).isNotNull();
        return refreshed;
    }

    private OidcUser loaded(OAuth2AuthorizedClient client, OidcIdToken idToken) {
        return users.loadUser(new OidcUserRequest(client.getClientRegistration(), client.getAccessToken(), idToken));
    }
}
