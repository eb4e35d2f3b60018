package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import dev.ungrant.connectedapps.ConnectedApp;
import io.micronaut.core.annotation.Nullable;
import java.net.URI;

/**
 * Where and how an app is answered. One exists only once the redirect URI is known to be the app's own: before that nobody is
 * sent anywhere (RFC 6749 §4.1.2.1). Every answer, errors too, says who gives it (RFC 9207 §2).
 *
 * @param mode {@code query} or {@code form_post}
 * @param state null when the app sent none
 */
record ReplyTo(
        ConnectedApp app,
        URI redirectUri,
        ResponseMode mode,
        @Nullable State state,
        Issuer issuer) {
    AuthorizationResponse code(String code) {
        return new AuthorizationSuccessResponse(redirectUri, new AuthorizationCode(code), null, state, issuer, mode);
    }

    AuthorizationResponse error(ErrorObject error) {
        return new AuthorizationErrorResponse(redirectUri, error, state, issuer, mode);
    }

    @Override
    public String toString() {
        return "ReplyTo[" + app.wireId() + "]";
    }
}
