package dev.ungrant.connectedapps;

/**
 * Whom pages about apps are about when it is not the person who looks at them. Their links lead to the pages of the same
 * member, by {@code base}.
 *
 * @param name of the member
 * @param base under which the member's pages are
 * @param mayRevoke whether the person who looks may remove access
 * @param reason what was typed as the reason, when the question is asked once more
 * @param wrong whether that is no reason
 */
record Acting(String name, String base, boolean mayRevoke, String reason, boolean tell, boolean wrong) {
    /** As long as the audit keeps it. */
    static final int LONGEST_REASON = 512;

    static Acting on(String name, String base, boolean mayRevoke) {
        return new Acting(name, base, mayRevoke, "", true, false);
    }

    Acting again(String typed, boolean told) {
        return new Acting(name, base, mayRevoke, typed, told, true);
    }

    static boolean isReason(String text) {
        return !text.isBlank() && text.length() <= LONGEST_REASON;
    }
}
