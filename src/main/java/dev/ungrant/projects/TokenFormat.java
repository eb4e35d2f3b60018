package dev.ungrant.projects;

/** What an access token looks like. Either way the database decides whether it is alive. */
public enum TokenFormat {
    OPAQUE,
    JWT
}
