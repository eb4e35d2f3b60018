package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;

/** A refusal in the words of RFC 6749 §5.2. */
public final class OAuthProblem extends RuntimeException {
    private final transient ErrorObject error;

    OAuthProblem(ErrorObject error) {
        super(error.getCode(), null, false, false);
        this.error = error;
    }

    OAuthProblem(ErrorObject error, String description) {
        this(error.setDescription(description));
    }

    public ErrorObject error() {
        return error;
    }
}
