package dev.ungrant.users;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface UserRepository extends GenericRepository<User, UUID> {
    String COLUMNS = """
            BIN_TO_UUID(u.project_id) AS project_id, BIN_TO_UUID(u.user_id) AS user_id, BIN_TO_UUID(u.email_id) AS email_id,
              u.email_address, u.email_verified, BIN_TO_UUID(u.phone_id) AS phone_id, u.phone_number, u.first_name,
              u.middle_name, u.last_name, u.status, u.external_id, u.trusted_metadata, u.untrusted_metadata, u.created_at,
              u.updated_at,
              (SELECT JSON_ARRAYAGG(r.role_id) FROM role_assignments r
                WHERE r.tenant_id = u.project_id AND r.subject_id = u.user_id) AS assigned_roles
            """;

    String LIVE =
            "SELECT " + COLUMNS + " FROM users u WHERE u.project_id = UUID_TO_BIN(:projectId) AND u.deleted_at IS NULL";

    @Query(LIVE + " AND u.user_id = UUID_TO_BIN(:userId)")
    Optional<User> find(UUID projectId, UUID userId);

    @Query(LIVE + " AND u.external_id = :externalId AND u.live = 1")
    Optional<User> findByExternalId(UUID projectId, String externalId);

    @Query(LIVE + " AND u.email_address = :emailAddress AND u.live = 1")
    Optional<User> findByEmailAddress(UUID projectId, String emailAddress);

    @Query(LIVE + " AND u.user_id = UUID_TO_BIN(:userId) FOR UPDATE OF u")
    Optional<User> lock(UUID projectId, UUID userId);

    @Query("""
            INSERT INTO users (project_id, user_id, email_id, email_address, phone_id, phone_number, first_name, middle_name,
              last_name, status, external_id, trusted_metadata, untrusted_metadata, created_at, updated_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:userId), UUID_TO_BIN(:emailId), :emailAddress,
              UUID_TO_BIN(:phoneId), :phoneNumber, :firstName, :middleName, :lastName, :status, :externalId,
              :trustedMetadata, :untrustedMetadata, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(
            UUID projectId,
            UUID userId,
            @Nullable UUID emailId,
            @Nullable String emailAddress,
            @Nullable UUID phoneId,
            @Nullable String phoneNumber,
            String firstName,
            String middleName,
            String lastName,
            String status,
            @Nullable String externalId,
            String trustedMetadata,
            String untrustedMetadata);

    @Query("""
            UPDATE users
            SET first_name = :firstName, middle_name = :middleName, last_name = :lastName, external_id = :externalId,
              trusted_metadata = :trustedMetadata, untrusted_metadata = :untrustedMetadata, updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND user_id = UUID_TO_BIN(:userId) AND deleted_at IS NULL
            """)
    int update(
            UUID projectId,
            UUID userId,
            String firstName,
            String middleName,
            String lastName,
            @Nullable String externalId,
            String trustedMetadata,
            String untrustedMetadata);

    @Query("""
            UPDATE users SET deleted_at = UTC_TIMESTAMP(6), updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND user_id = UUID_TO_BIN(:userId) AND deleted_at IS NULL
            """)
    int delete(UUID projectId, UUID userId);
}
