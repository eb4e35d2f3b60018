package dev.ungrant.federation;

/** Why somebody did not get in; in lower case the last word of the key of what they are told. */
enum Why {
    /** Begun in another browser, used already, or too long ago. */
    OVER,
    CANCELLED,
    /** What the provider says does not hold. */
    PROVIDER,
    UNREACHABLE,
    /** It does not say that the address is theirs. */
    ADDRESS,
    /** The address is none of the organization's. */
    DOMAIN,
    /** No member has the address, and none is made by it; or the member is deactivated. */
    MEMBER,
    /** Somebody else at the provider is this member already. */
    TAKEN
}
