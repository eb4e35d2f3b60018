package dev.ungrant.commands;

/** The command line cannot be understood; the message says why, in a sentence. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message, null, false, false);
    }
}
