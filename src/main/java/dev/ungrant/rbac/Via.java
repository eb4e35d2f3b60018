package dev.ungrant.rbac;

/** Through which door a request came in, for the audit: its request id and the address it came from. */
public record Via(Door door, String requestId, String ipAddress) {
    public enum Door {
        PORTAL,
        API,
        SDK,
        OAUTH,
        COMMAND,
        JOB
    }
}
