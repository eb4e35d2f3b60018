package dev.ungrant.projects;

/** What a project's people are: members of organizations, or users on their own. */
public enum Vertical {
    B2B,
    CONSUMER
}
