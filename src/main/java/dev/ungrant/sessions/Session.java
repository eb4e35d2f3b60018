package dev.ungrant.sessions;

import dev.ungrant.rbac.Subject;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/**
 * One session, with what is needed to say what its subject may do.
 *
 * @param authenticatedAt when the person proved who they are
 * @param factors the contract's authentication_factors, as JSON
 * @param roles the role ids assigned to the subject, as a JSON array; null when none is
 * @param customRoles the organization's own roles, as JSON; null for users
 * @param implicitRoles roles by e-mail domain, as JSON; null when there are none
 * @param organizationSlug null for users
 * @param logoHash of the organization's picture; null when there is none
 * @param personName empty when the subject has none
 * @param placeName the organization of a member, the project of a user
 * @param permissions the only ones that it may use, as a JSON array; null: all that its subject has
 * @param embed what the host said of it that handed the person over, as JSON; null: nobody did
 */
@MappedEntity("sessions")
public record Session(
        UUID tenantId,
        UUID sessionId,
        UUID projectId,
        Subject.Kind subjectKind,
        UUID subjectId,
        Kind kind,
        String factors,
        String customClaims,
        String userAgent,
        String ipAddress,
        Instant startedAt,
        Instant authenticatedAt,
        Instant lastAccessedAt,
        Instant expiresAt,
        boolean stale,
        @Nullable String emailAddress,
        @Nullable String roles,
        @Nullable String customRoles,
        @Nullable String implicitRoles,
        @Nullable String organizationSlug,
        @Nullable byte[] logoHash,
        String personName,
        String placeName,
        @Nullable String permissions,
        @Nullable String embed) {
    /** Whose, and for which pages. */
    public enum Kind {
        /** Made for an integrator. */
        API,
        /** Of somebody who is signed in to the portal. */
        PORTAL,
        /** Of somebody whom a host shows the portal's pages in a frame. */
        EMBED
    }

    public Subject subject() {
        return new Subject(subjectKind, projectId, tenantId, subjectId);
    }

    public SessionReference reference() {
        return new SessionReference(projectId, tenantId, sessionId, subjectKind, subjectId);
    }
}
