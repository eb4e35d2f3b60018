package dev.ungrant.registration;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface SettingsRepository extends GenericRepository<RegistrationSettings, UUID> {
    @Query("""
            SELECT s.dynamic_registration, s.client_documents, s.pkce_optional, s.endpoint_audience
            FROM registration_settings s
            WHERE s.project_id = UUID_TO_BIN(:projectId)
            """)
    Optional<RegistrationSettings> find(UUID projectId);

    @Query("""
            INSERT INTO registration_settings (project_id, dynamic_registration, client_documents, pkce_optional, endpoint_audience,
              updated_at)
            VALUES (UUID_TO_BIN(:projectId), :dynamicRegistration, :clientDocuments, :pkceOptional, :endpointAudience,
              UTC_TIMESTAMP(6)) AS given
            ON DUPLICATE KEY UPDATE dynamic_registration = given.dynamic_registration,
              client_documents = given.client_documents, pkce_optional = given.pkce_optional,
              endpoint_audience = given.endpoint_audience, updated_at = given.updated_at
            """)
    int put(
            UUID projectId,
            boolean dynamicRegistration,
            boolean clientDocuments,
            boolean pkceOptional,
            boolean endpointAudience);
}
