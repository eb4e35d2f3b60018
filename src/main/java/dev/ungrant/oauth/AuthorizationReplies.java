package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ResponseMode;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.web.FormTargets;
import dev.ungrant.web.Pages;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/** Sends the browser back to the app with its answer, in the way that the app has asked for. */
@Singleton
final class AuthorizationReplies {
    private final Pages pages;

    AuthorizationReplies(Pages pages) {
        this.pages = pages;
    }

    MutableHttpResponse<?> send(HttpRequest<?> request, AuthorizationResponse response, ConnectedApp app) {
        if (!ResponseMode.FORM_POST.equals(response.getResponseMode())) {
            // 303, so that nothing that was posted here is posted there (RFC 9700 §4.12).
            return HttpResponse.seeOther(response.toURI());
        }
        Map<String, String> fields = new TreeMap<>();
        response.toParameters().forEach((name, values) -> fields.put(name, values.getFirst()));
        FormTargets.only(request, response.getRedirectionURI());
        return pages.page(
                request,
                "oauth/form-post",
                Map.of("action", response.getRedirectionURI().toString(), "fields", fields, "name", app.name()));
    }

    /**
     * Whether the app may be told of an error at once. One that registered itself, and of which nobody knows who is behind it, may not
     * use us to send strangers somewhere: they sign in first (RFC 9700 §4.11.2, which leaves out {@code prompt=none}).
     */
    static boolean maySend(AuthorizationRefused refused, boolean signedIn) {
        ConnectedApp app = refused.replyTo().app();
        boolean known = app.creationMethod().equals("MANUAL") || app.publisherVerifiedAt() != null;
        return known || signedIn || refused.silent();
    }
}
