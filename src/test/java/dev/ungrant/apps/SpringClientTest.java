package dev.ungrant.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ungrant.SdkPage;
import java.net.URI;
import java.time.Duration;
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
    void spring() {
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

        ClientAuthorizationException refresh =
                catchThrowableOfType(ClientAuthorizationException.class, () -> refreshed(refreshed));
        assertThat(refresh.getError().getErrorCode()).isEqualTo("invalid_grant");
        OAuth2AuthenticationException userInfo =
                catchThrowableOfType(OAuth2AuthenticationException.class, () -> loaded(refreshed, user.getIdToken()));
        assertThat(userInfo.getError().getDescription()).contains("invalid_token");
        Client client = new Client((String) app.get("client_id"), (String) app.get("client_secret"));
        assertThat(isActive(client, refreshed.getAccessToken().getTokenValue())).isFalse();
        assertThat(isActive(client, login.getAccessToken().getTokenValue())).isFalse();
        browser.asked(URI.create(request(registration).getAuthorizationRequestUri()));
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
        OAuth2AuthorizationResponse response = OAuth2AuthorizationResponse.success(back.get("code"))
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
