package dev.ungrant.organizations;

/** Which apps of one party an organization lets in (contract §4.3). */
public enum AppsAllowed {
    ALL_ALLOWED,
    /** Those on the organization's list. */
    RESTRICTED,
    NOT_ALLOWED
}
