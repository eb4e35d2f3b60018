package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;

/** A request whose client and redirect URI are good, and of which something else is not: the app is told (RFC 6749 §4.1.2.1). */
final class AuthorizationRefused extends RuntimeException {
    private final transient ReplyTo replyTo;
    private final transient ErrorObject error;
    private final boolean silent;

    /** @param silent the app wanted an answer without anybody seeing a page ({@code prompt=none}) */
    AuthorizationRefused(ReplyTo replyTo, ErrorObject error, boolean silent) {
        super(error.getCode(), null, false, false);
        this.replyTo = replyTo;
        this.error = error;
        this.silent = silent;
    }

    ReplyTo replyTo() {
        return replyTo;
    }

    ErrorObject error() {
        return error;
    }

    boolean silent() {
        return silent;
    }
}
