package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.rbac.Via;
import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * What every request at the token endpoint comes with.
 *
 * @param app who asks, authenticated
 * @param issuer whom the path speaks for
 * @param resources where the token is to be used (RFC 8707 §2.2); empty: everywhere that was granted
 * @param dpopKey the thumbprint of the key whose possession was proved (RFC 9449 §5); null: no proof came along
 */
public record TokenRequest(
        ConnectedApp app,
        String issuer,
        List<String> resources,
        @Nullable byte[] dpopKey,
        Via via) {
    /** A plain one, of an app that names no resource and proves no key. */
    public static TokenRequest plain(ConnectedApp app, String issuer, Via via) {
        return new TokenRequest(app, issuer, List.of(), null, via);
    }

    /**
     * Those of the granted resources that the token is for.
     *
     * @throws OAuthProblem {@code invalid_target} when one was not granted (RFC 8707 §2.2)
     */
    List<String> resourcesOf(List<String> granted) {
        if (resources.isEmpty()) {
            return granted;
        }
        if (!granted.containsAll(resources)) {
            throw new OAuthProblem(OAuth2Error.INVALID_TARGET, "The resource was not granted.");
        }
        return resources.stream().distinct().toList();
    }
}
