package dev.ungrant.connectedapps;

/**
 * What "live" means, in one place. Every check of a code or token joins {@link #TABLE}, so a grant that was revoked, has
 * reached its end or hangs on somebody who is gone lets nothing through. The texts are derived tables and not views of the
 * database: MySQL opens a view anew at each execution, which doubles the cost of the most frequent query of all.
 */
public final class LiveGrants {
    /** Whether organization {@code o} allows app {@code a}. What is gone does not allow, and is not allowed. */
    static final String ALLOWED = """
            (o.deleted_at IS NULL AND a.deleted_at IS NULL
             AND (o.blocked_apps IS NULL OR NOT BIN_TO_UUID(a.app_id) MEMBER OF (o.blocked_apps))
             AND CASE WHEN a.client_type IN ('FIRST_PARTY', 'FIRST_PARTY_PUBLIC')
                   THEN o.first_party_allowed_type = 'ALL_ALLOWED'
                        OR o.first_party_allowed_type = 'RESTRICTED'
                           AND BIN_TO_UUID(a.app_id) MEMBER OF (o.first_party_allowed)
                   ELSE o.third_party_allowed_type = 'ALL_ALLOWED'
                        OR o.third_party_allowed_type = 'RESTRICTED'
                           AND BIN_TO_UUID(a.app_id) MEMBER OF (o.third_party_allowed)
                 END)
            """;

    /** Whether each organization allows each app of its project. */
    public static final String ORGANIZATION_APPS = "(SELECT o.project_id, o.organization_id, a.app_id, "
            + ALLOWED
            + " AS allowed FROM organizations o JOIN connected_apps a ON a.project_id = o.project_id)";

    /**
     * The grants that really let their apps in, with what is asked most of the app and the organization. Read from the
     * grant to its app, never the other way: a project may have more apps than a person has grants. Each table stands here
     * once, because MySQL plans this text at each execution: a table more costs a third of the whole query.
     */
    public static final String TABLE = """
            (SELECT g.tenant_id, g.grant_id, g.project_id, g.subject_kind, g.subject_id, g.app_id, g.scopes, g.granted_at,
               g.authorized_at, g.expires_at, g.last_used_at, g.uses, g.revoked_at, g.revoked_why, g.asked_again_at,
               a.client_type, a.name, a.description, a.logo_url, a.logo_hash, a.creation_method, a.publisher_url,
               a.publisher_verified_at, a.support_url, a.terms_url, a.privacy_url, o.slug AS organization_slug
             FROM grants g
             STRAIGHT_JOIN connected_apps a ON a.project_id = g.project_id AND a.app_id = g.app_id
             LEFT JOIN organizations o ON g.subject_kind = 'MEMBER' AND o.project_id = g.project_id
               AND o.organization_id = g.tenant_id
             LEFT JOIN members m ON g.subject_kind = 'MEMBER' AND m.organization_id = g.tenant_id
               AND m.member_id = g.subject_id
             LEFT JOIN users u ON g.subject_kind = 'USER' AND u.project_id = g.tenant_id AND u.user_id = g.subject_id
             WHERE g.revoked_at IS NULL
               AND (g.expires_at IS NULL OR g.expires_at > UTC_TIMESTAMP(6))
               AND a.deleted_at IS NULL
               AND CASE g.subject_kind
                     WHEN 'USER' THEN u.user_id IS NOT NULL AND u.deleted_at IS NULL
                     ELSE m.status <> 'DELETED' AND o.organization_id IS NOT NULL AND
            """ + ALLOWED + """
                   END)
            """;

    private LiveGrants() {}
}
