package dev.ungrant.federation;

/** The provider cannot be used as it is. */
final class ProviderTrouble extends Exception {
    /** What is wrong; in lower case the last word of the key of what is said about it. */
    enum What {
        /** Its address, or one that it names, does not answer, or not with what is wanted. */
        UNREACHABLE,
        /** What it publishes about itself cannot be read. */
        METADATA,
        /** It says that it is somebody else. */
        ISSUER,
        /** It does not offer what is needed here. */
        OFFER,
        /** Its keys cannot be had, or are none. */
        KEYS,
        /** It does not know the client, or takes the secret for wrong. */
        CLIENT,
        /** It said no to the code. */
        CODE,
        /** What it says about the person does not hold. */
        TOKEN
    }

    private final What what;
    private final String address;
    private final String detail;

    /**
     * @param address whose answer it is about
     * @param detail a short English sentence without secrets
     */
    ProviderTrouble(What what, String address, String detail) {
        super(what + " " + address + ": " + detail);
        this.what = what;
        this.address = address;
        this.detail = detail;
    }

    What what() {
        return what;
    }

    String address() {
        return address;
    }

    String detail() {
        return detail;
    }
}
