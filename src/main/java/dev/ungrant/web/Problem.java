package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;

/** A refusal that a verb throws and a door says in its own language. It has no stack trace: it is an answer. */
public final class Problem extends RuntimeException {
    private final ErrorType type;
    private final long retryAfterSeconds;

    public Problem(ErrorType type) {
        this(type, type.message());
    }

    /** @param message says more than the type's own words; never holds a secret */
    public Problem(ErrorType type, String message) {
        this(type, message, 0);
    }

    private Problem(ErrorType type, String message, long retryAfterSeconds) {
        super(message, null, false, false);
        this.type = type;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Problem tooManyRequests(long retryAfterSeconds) {
        return new Problem(ErrorType.TOO_MANY_REQUESTS, ErrorType.TOO_MANY_REQUESTS.message(), retryAfterSeconds);
    }

    public static Problem unavailable() {
        return new Problem(ErrorType.SERVER_UNAVAILABLE, ErrorType.SERVER_UNAVAILABLE.message(), 1);
    }

    public ErrorType type() {
        return type;
    }

    /** For the {@code Retry-After} header; null when there is nothing to say. */
    @Nullable
    public Long retryAfterSeconds() {
        return retryAfterSeconds > 0 ? retryAfterSeconds : null;
    }
}
