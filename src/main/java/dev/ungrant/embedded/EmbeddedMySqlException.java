package dev.ungrant.embedded;

/** The server could not be started; the message is one sentence for the person who tried. */
public final class EmbeddedMySqlException extends RuntimeException {
    EmbeddedMySqlException(String message) {
        super(message);
    }
}
