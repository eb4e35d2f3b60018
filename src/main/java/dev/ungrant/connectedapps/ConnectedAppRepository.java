package dev.ungrant.connectedapps;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.MYSQL)
interface ConnectedAppRepository extends GenericRepository<ConnectedApp, UUID> {
    String SELECT = """
            SELECT BIN_TO_UUID(a.project_id) AS project_id, BIN_TO_UUID(a.app_id) AS app_id, a.client_type, a.name,
              a.description, a.logo_url, a.redirect_urls, a.post_logout_redirect_urls, a.full_access_allowed,
              a.bypass_consent_for_offline_access, a.access_token_format, p.access_token_format AS project_token_format,
              a.access_token_expiry_minutes, a.access_token_custom_audience, a.access_token_template_content,
              a.id_token_template_content, a.creation_method, a.publisher_url, a.publisher_verified_at, a.support_url,
              a.terms_url, a.privacy_url, a.token_endpoint_auth_method, a.jwks, a.jwks_uri, a.pkce_optional,
              a.endpoint_audience_allowed, a.dpop_bound,
              a.client_credentials_allowed, a.own_scopes, a.id_token_alg, a.user_info_alg,
              a.require_pushed_requests, a.request_object_alg, a.request_uris,
              a.client_id_metadata_url, a.default_max_age, a.backchannel_logout_uri, a.backchannel_logout_session_required,
              LOWER(HEX(a.logo_hash)) AS logo_hash,
              s.last_four AS secret_last_four, n.last_four AS next_secret_last_four
            FROM connected_apps a
            JOIN projects p ON p.project_id = a.project_id
            LEFT JOIN connected_app_secrets s ON s.project_id = a.project_id AND s.app_id = a.app_id AND s.slot = 'CURRENT'
            LEFT JOIN connected_app_secrets n ON n.project_id = a.project_id AND n.app_id = a.app_id AND n.slot = 'NEXT'
            """;

    String ONE = " WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:appId) AND a.live = 1";

    @Query(SELECT + ONE)
    Optional<ConnectedApp> find(UUID projectId, UUID appId);

    /** By client id alone, which is how a client names itself. */
    @Query(SELECT + " WHERE a.app_id = UUID_TO_BIN(:appId) AND a.live = 1")
    Optional<ConnectedApp> findClient(UUID appId);

    /**
     * The same, if this is the hash of one of its secrets. The hash is looked for first, and the id is compared as text so that MySQL
     * cannot do otherwise: a wrong secret takes as long whether there is such an app or not.
     */
    @Query(SELECT + """
            JOIN connected_app_secrets f ON f.project_id = a.project_id AND f.app_id = a.app_id
            WHERE f.secret_hash = :secretHash AND BIN_TO_UUID(f.app_id) = :appId AND a.live = 1
            """)
    Optional<ConnectedApp> findClientBySecret(UUID appId, byte[] secretHash);

    @Query("SELECT COUNT(*) FROM connected_apps a WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1")
    int count(UUID projectId);

    @Query("""
            SELECT COUNT(*) FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1 AND BIN_TO_UUID(a.app_id) IN (:appIds)
            """)
    int countThese(UUID projectId, Set<UUID> appIds);

    @Query(SELECT
            + " WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1 AND BIN_TO_UUID(a.app_id) IN (:appIds)")
    List<ConnectedApp> findAll(UUID projectId, Set<UUID> appIds);

    @Query(SELECT + """
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.live = 1
              AND (a.created_at, a.app_id) > (
                COALESCE((SELECT c.created_at FROM connected_apps c
                  WHERE c.project_id = UUID_TO_BIN(:projectId) AND c.app_id = UUID_TO_BIN(:after)), TIMESTAMP('1970-01-01')),
                COALESCE(UUID_TO_BIN(:after), X'00000000000000000000000000000000'))
            ORDER BY a.created_at, a.app_id LIMIT :limit
            """)
    List<ConnectedApp> page(UUID projectId, @Nullable UUID after, int limit);

    @Query("""
            INSERT INTO connected_apps (project_id, app_id, client_type, name, description, logo_url, redirect_urls,
              post_logout_redirect_urls, full_access_allowed, bypass_consent_for_offline_access, access_token_format,
              access_token_expiry_minutes, access_token_custom_audience, access_token_template_content,
              id_token_template_content, creation_method, publisher_url, publisher_verified_at, support_url, terms_url,
              privacy_url, token_endpoint_auth_method, jwks, jwks_uri, pkce_optional, endpoint_audience_allowed, dpop_bound,
              client_credentials_allowed, own_scopes, id_token_alg, user_info_alg, require_pushed_requests,
              request_object_alg, request_uris,
              client_id_metadata_url, default_max_age, backchannel_logout_uri, backchannel_logout_session_required,
              created_at, updated_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:appId), :clientType, :name, :description, :logoUrl, :redirectUrls,
              :postLogoutRedirectUrls, :fullAccessAllowed, :bypassConsentForOfflineAccess, :accessTokenFormat,
              :accessTokenExpiryMinutes, :accessTokenCustomAudience, :accessTokenTemplateContent, :idTokenTemplateContent,
              :creationMethod, :publisherUrl, :publisherVerifiedAt, :supportUrl, :termsUrl, :privacyUrl,
              :tokenEndpointAuthMethod, :jwks, :jwksUri, :pkceOptional, :endpointAudienceAllowed, :dpopBound,
              :clientCredentialsAllowed, :ownScopes,
              :idTokenAlg, :userInfoAlg, :requirePushedRequests, :requestObjectAlg, :requestUris, :clientIdMetadataUrl, :defaultMaxAge, :backchannelLogoutUri,
              :backchannelLogoutSessionRequired, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
            """)
    int insert(ConnectedApp app);

    /** Who publishes it was verified for that address and no other: first, since MySQL assigns from left to right. */
    @Query("""
            UPDATE connected_apps SET
              publisher_verified_at = IF(publisher_url <=> :publisherUrl, publisher_verified_at, NULL), name = :name, description = :description, logo_url = :logoUrl,
              redirect_urls = :redirectUrls, post_logout_redirect_urls = :postLogoutRedirectUrls,
              full_access_allowed = :fullAccessAllowed,
              bypass_consent_for_offline_access = :bypassConsentForOfflineAccess, access_token_format = :accessTokenFormat,
              access_token_expiry_minutes = :accessTokenExpiryMinutes,
              access_token_custom_audience = :accessTokenCustomAudience,
              access_token_template_content = :accessTokenTemplateContent,
              id_token_template_content = :idTokenTemplateContent, publisher_url = :publisherUrl, support_url = :supportUrl,
              terms_url = :termsUrl, privacy_url = :privacyUrl, token_endpoint_auth_method = :tokenEndpointAuthMethod,
              jwks = :jwks, jwks_uri = :jwksUri, pkce_optional = :pkceOptional,
              endpoint_audience_allowed = :endpointAudienceAllowed, dpop_bound = :dpopBound,
              client_credentials_allowed = :clientCredentialsAllowed, own_scopes = :ownScopes, id_token_alg = :idTokenAlg,
              user_info_alg = :userInfoAlg, require_pushed_requests = :requirePushedRequests,
              request_object_alg = :requestObjectAlg, request_uris = :requestUris, default_max_age = :defaultMaxAge,
              backchannel_logout_uri = :backchannelLogoutUri,
              backchannel_logout_session_required = :backchannelLogoutSessionRequired, updated_at = UTC_TIMESTAMP(6)
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND deleted_at IS NULL
            """)
    int update(ConnectedApp app);

    @Query("""
            UPDATE connected_apps SET deleted_at = UTC_TIMESTAMP(6), unswept = 1
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND deleted_at IS NULL
            """)
    int delete(UUID projectId, UUID appId);

    @Query("""
            DELETE a FROM connected_apps a
            WHERE a.project_id = UUID_TO_BIN(:projectId) AND a.app_id = UUID_TO_BIN(:appId) AND a.deleted_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.project_id = a.project_id AND g.app_id = a.app_id)
            """)
    int removeUnused(UUID projectId, UUID appId);

    @Query("""
            UPDATE connected_apps SET publisher_verified_at = :verifiedAt
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId)
            """)
    int setPublisherVerified(UUID projectId, UUID appId, @Nullable Instant verifiedAt);

    @Query("""
            INSERT INTO connected_app_secrets (project_id, app_id, slot, secret_hash, last_four, created_at)
            VALUES (UUID_TO_BIN(:projectId), UUID_TO_BIN(:appId), :slot, :secretHash, :lastFour, UTC_TIMESTAMP(6))
            """)
    int insertSecret(UUID projectId, UUID appId, String slot, byte[] secretHash, String lastFour);

    @Query("""
            DELETE FROM connected_app_secrets
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND slot = :slot
            """)
    int deleteSecret(UUID projectId, UUID appId, String slot);

    @Query("""
            UPDATE connected_app_secrets SET slot = 'CURRENT'
            WHERE project_id = UUID_TO_BIN(:projectId) AND app_id = UUID_TO_BIN(:appId) AND slot = 'NEXT'
            """)
    int promoteNextSecret(UUID projectId, UUID appId);
}
