package dev.ungrant.secrets;

/** The typed prefix of a secret: one kind is never taken for another, and a scanner finds a leaked one. */
public enum SecretKind {
    ACCESS_TOKEN("cpat_"),
    REFRESH_TOKEN("cprt_"),
    APP_TOKEN("cpap_"),
    AUTHORIZATION_CODE("cpac_"),
    SESSION("cpss_"),
    /** A session in a frame: good for the pages there and for nothing else. */
    EMBED_SESSION("cpes_"),
    /** With which a host hands a person over to a frame or to a page, once. */
    EMBED_TOKEN("cpet_"),
    /** That a question was shown, before its yes counts. */
    CONFIRMATION("cpcf_"),
    SIGN_IN("cpsi_"),
    /** A sign-in at an organization's own provider, under way in one browser. */
    PROVIDER_SIGN_IN("cpos_"),
    PAGE_LINK("cppl_"),
    PAGE_CODE("cppc_"),
    /** In a link that lets somebody join an organization, in the portal. */
    INVITATION("cpin_"),
    /** An authorization request that waits for the person who began it. */
    AUTHORIZATION_REQUEST("cpar_"),
    /** An authorization request that an app has pushed (RFC 9126). */
    PUSHED_REQUEST("cppr_"),
    /** A sign-out that an app has asked for, waiting for the person's yes. */
    LOGOUT_REQUEST("cplo_"),
    /** With which an app looks after its registration (RFC 7592). */
    REGISTRATION("cprg_");

    private final String prefix;

    SecretKind(String prefix) {
        this.prefix = prefix;
    }

    public String prefix() {
        return prefix;
    }
}
