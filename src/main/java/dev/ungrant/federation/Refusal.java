package dev.ungrant.federation;

/** The message is for the log: without secrets. */
final class Refusal extends Exception {
    private final Why why;

    Refusal(Why why, String message) {
        super(message, null, false, false);
        this.why = why;
    }

    Why why() {
        return why;
    }
}
