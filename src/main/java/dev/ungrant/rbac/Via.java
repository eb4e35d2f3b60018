package dev.ungrant.rbac;

/**
 * Through which door a request came in, for the audit: its request id and the address it came from.
 *
 * @param userAgent what the client calls itself; empty when it does not say, or when nobody needs to know
 */
public record Via(Door door, String requestId, String ipAddress, String userAgent) {
    public Via(Door door, String requestId, String ipAddress) {
        this(door, requestId, ipAddress, "");
    }

    public enum Door {
        PORTAL,
        EMBED,
        API,
        SDK,
        OAUTH,
        COMMAND,
        JOB
    }
}
