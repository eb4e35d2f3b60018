package dev.ungrant.connectedapps;

/** Which apps of one party an organization lets in (contract §4.3), unless it blocks one by name. */
public enum AppsAllowed {
    ALL_ALLOWED,
    /** Those on the organization's list. */
    RESTRICTED,
    NOT_ALLOWED
}
