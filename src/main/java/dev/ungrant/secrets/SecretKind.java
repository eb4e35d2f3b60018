package dev.ungrant.secrets;

/** The typed prefix of a secret: one kind is never taken for another, and a scanner finds a leaked one. */
public enum SecretKind {
    ACCESS_TOKEN("cpat_"),
    REFRESH_TOKEN("cprt_"),
    APP_TOKEN("cpap_"),
    AUTHORIZATION_CODE("cpac_"),
    SESSION("cpss_"),
    SIGN_IN("cpsi_");

    private final String prefix;

    SecretKind(String prefix) {
        this.prefix = prefix;
    }

    public String prefix() {
        return prefix;
    }
}
