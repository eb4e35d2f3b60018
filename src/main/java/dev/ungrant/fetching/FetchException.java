package dev.ungrant.fetching;

/** Nothing was fetched. The message is a short English sentence for a log or an operator; it holds nothing of the answer. */
public final class FetchException extends Exception {
    public enum Why {
        /** The address itself is not one that may be asked: not https, a user name in it, a private network. */
        REFUSED,
        /** Too many are under way; another time may go well. */
        BUSY,
        /** It did not answer in time, or not at all. */
        UNREACHABLE,
        /** It answered with something that was not asked for: another status, another type, too much. */
        UNUSABLE
    }

    private final Why why;

    FetchException(Why why, String message) {
        super(message);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
