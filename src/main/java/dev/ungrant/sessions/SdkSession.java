package dev.ungrant.sessions;

/**
 * The session that a request of the browser SDK carries.
 *
 * @param token the session token, from the page or from the cookie
 */
public record SdkSession(SdkClient client, Session session, String token) {
    @Override
    public String toString() {
        return "SdkSession[" + session.sessionId() + "]";
    }
}
