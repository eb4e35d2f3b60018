package dev.ungrant.sessions;

import dev.ungrant.projects.SdkAccess;
import dev.ungrant.web.ApiResponse;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/** Hands a session to a page: in the answer, or in a cookie that its scripts cannot read (contract §5.5). */
@Singleton
final class SdkTokens {
    private final SdkCookie cookie;

    SdkTokens(SdkCookie cookie) {
        this.cookie = cookie;
    }

    MutableHttpResponse<?> hand(SdkClient client, Session session, String token, String jwt, ApiResponse response) {
        if (client.access().cookies() == SdkAccess.Cookies.HTTP_ONLY) {
            // Without tokens in the answer the SDK forgets those it had.
            return HttpResponse.ok(response.body()).cookie(cookie.holding(client, token, session.expiresAt()));
        }
        return HttpResponse.ok(
                response.with("session_token", token).with("session_jwt", jwt).body());
    }

    MutableHttpResponse<?> take(SdkClient client, ApiResponse response) {
        MutableHttpResponse<?> answer = HttpResponse.ok(response.body());
        return client.access().cookies() == SdkAccess.Cookies.HTTP_ONLY
                ? answer.cookie(cookie.removed(client))
                : answer;
    }
}
