package dev.ungrant.connectedapps;

import java.util.Locale;

/** Why a grant ended. */
public enum EndReason {
    /** The member or user took it back. */
    REVOKED_BY_SUBJECT,
    /** Somebody who answers for the member took it back. */
    REVOKED_FOR_SUBJECT,
    /** The integrator's backend took it back. */
    REVOKED_BY_PROJECT,
    POLICY,
    MEMBER_DELETED,
    USER_DELETED,
    APP_DELETED,
    ORGANIZATION_DELETED,
    /** It reached its end date. */
    EXPIRED,
    /** A new approval was asked for and given: the app goes on with another grant. */
    APPROVED_AGAIN;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
