-- Ungrant's schema. One file until the first release; then V002__..., one statement each.
--
-- Rules, checked by SchemaTest against information_schema:
--   a primary key on every table; no AUTO_INCREMENT; no ON DELETE CASCADE; times are UTC DATETIME(6);
--   keys are random BINARY(16) or hashes; every key of a tenant's table starts with the tenant.
--
-- tenant_id is the organization of a member's rows and the project of a user's rows. It is the
-- column to shard by: every secret that a client holds carries it, so a look-up goes to one place.
-- External ids and e-mail addresses are compared byte by byte: the usual collation takes É for e.
-- References inside a tenant are kept by the code, not by foreign keys, so that a sharded MySQL stays possible.

CREATE TABLE projects (
  project_id          BINARY(16)   NOT NULL,
  vertical            VARCHAR(8)   NOT NULL COMMENT 'B2B or CONSUMER',
  name                VARCHAR(128) NOT NULL,
  public_token        VARCHAR(64)  NOT NULL,
  authorization_url   VARCHAR(2048)         COMMENT 'where the host application runs its own authorization page; null: not configured',
  access_token_format VARCHAR(6)   NOT NULL DEFAULT 'OPAQUE' COMMENT 'OPAQUE or JWT; an app may say otherwise',
  resources           JSON                  COMMENT 'the resource servers that tokens may be for (RFC 8707); null: any',
  sdk_member_actions  BOOLEAN      NOT NULL DEFAULT TRUE COMMENT 'whether members act, and organizations are changed, through the browser SDK',
  sdk_cookies         VARCHAR(9)   NOT NULL DEFAULT 'READABLE' COMMENT 'READABLE: the page keeps its session token; HTTP_ONLY: only the browser does',
  created_at          DATETIME(6)  NOT NULL,
  PRIMARY KEY (project_id),
  UNIQUE KEY public_token (public_token)
);

CREATE TABLE project_secrets (
  project_id  BINARY(16)  NOT NULL,
  secret_id   BINARY(16)  NOT NULL,
  secret_hash BINARY(32)  NOT NULL COMMENT 'HMAC-SHA-256 under the pepper',
  last_four   CHAR(4)     NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  revoked_at  DATETIME(6)          COMMENT 'null: accepted',
  PRIMARY KEY (project_id, secret_id),
  -- The secret is looked for first, so that a wrong one takes as long whether the project is there or not.
  KEY by_hash (secret_hash)
);

-- The web origins whose pages may use the browser SDK. For a project without any, that door is closed.
CREATE TABLE project_origins (
  project_id BINARY(16)   NOT NULL,
  origin     VARCHAR(255) COLLATE utf8mb4_0900_bin NOT NULL COMMENT 'as browsers send it: scheme, host and port, lower case',
  created_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (project_id, origin),
  -- A browser that asks beforehand (CORS) does not say which project it is going to call.
  KEY asked_beforehand (origin)
);

CREATE TABLE policies (
  project_id BINARY(16)  NOT NULL,
  policy     JSON        NOT NULL COMMENT 'roles, resources and scopes that the project adds to the built-in ones (contract §9)',
  updated_at DATETIME(6) NOT NULL,
  PRIMARY KEY (project_id)
);

CREATE TABLE organizations (
  project_id       BINARY(16)   NOT NULL,
  organization_id  BINARY(16)   NOT NULL,
  name             VARCHAR(128) NOT NULL,
  slug             VARCHAR(128) NOT NULL,
  logo_url         VARCHAR(2048) NOT NULL DEFAULT '' COMMENT 'never loaded by a page of ours as it is',
  logo_hash        BINARY(32)            COMMENT 'SHA-256 of the picture in logos; null: nothing to show',
  external_id      VARCHAR(128) COLLATE utf8mb4_0900_bin COMMENT 'null: the integrator gave none',
  first_party_allowed_type  VARCHAR(12) NOT NULL DEFAULT 'ALL_ALLOWED',
  first_party_allowed       JSON        NOT NULL COMMENT 'app ids, read when the type is RESTRICTED',
  third_party_allowed_type  VARCHAR(12) NOT NULL DEFAULT 'ALL_ALLOWED',
  third_party_allowed       JSON        NOT NULL,
  blocked_apps     JSON                  COMMENT 'app ids that are not let in whatever the types say; null: none',
  policy_unswept_since      DATETIME(6)          COMMENT 'set when the app policy was tightened, null once the grants it forbids are ended',
  trusted_metadata JSON         NOT NULL,
  custom_roles     JSON         NOT NULL COMMENT 'the roles of the organization''s own policy',
  settings         JSON         NOT NULL COMMENT 'contract fields that Ungrant keeps and returns but does not act on',
  created_at       DATETIME(6)  NOT NULL,
  updated_at       DATETIME(6)  NOT NULL,
  deleted_at       DATETIME(6)           COMMENT 'null: alive',
  live             TINYINT GENERATED ALWAYS AS (IF(deleted_at IS NULL, 1, NULL)) VIRTUAL,
  PRIMARY KEY (project_id, organization_id),
  UNIQUE KEY slug (project_id, slug, live),
  UNIQUE KEY external_id (project_id, external_id, live),
  KEY listing (project_id, live, created_at, organization_id),
  -- Looked for by the node that finishes an interrupted sweep, across all projects.
  KEY unswept (policy_unswept_since)
);

CREATE TABLE members (
  organization_id    BINARY(16)   NOT NULL,
  member_id          BINARY(16)   NOT NULL,
  project_id         BINARY(16)   NOT NULL,
  email_address      VARCHAR(320) COLLATE utf8mb4_0900_bin NOT NULL COMMENT 'lower case',
  name               VARCHAR(256) NOT NULL DEFAULT '',
  status             VARCHAR(8)   NOT NULL COMMENT 'ACTIVE, INVITED, PENDING or DELETED',
  external_id        VARCHAR(128) COLLATE utf8mb4_0900_bin COMMENT 'null: the integrator gave none',
  is_breakglass      BOOLEAN      NOT NULL DEFAULT FALSE,
  email_verified     BOOLEAN      NOT NULL DEFAULT FALSE,
  mfa_enrolled       BOOLEAN      NOT NULL DEFAULT FALSE,
  mfa_phone_number   VARCHAR(32)  NOT NULL DEFAULT '',
  default_mfa_method VARCHAR(8)   NOT NULL DEFAULT '',
  trusted_metadata   JSON         NOT NULL,
  untrusted_metadata JSON         NOT NULL,
  created_at         DATETIME(6)  NOT NULL,
  updated_at         DATETIME(6)  NOT NULL,
  last_seen_at       DATETIME(6)           COMMENT 'when a session of theirs was last used, to the minute; outlives the sessions; null: never',
  live               TINYINT GENERATED ALWAYS AS (IF(status = 'DELETED', NULL, 1)) VIRTUAL,
  -- What lists of people are sorted by is never null, so that a page can begin after any row.
  sort_name          VARCHAR(320) GENERATED ALWAYS AS (IF(name = '', email_address, name)) VIRTUAL,
  sort_seen          DATETIME(6) GENERATED ALWAYS AS (COALESCE(last_seen_at, TIMESTAMP'1970-01-01 00:00:00')) VIRTUAL,
  PRIMARY KEY (organization_id, member_id),
  UNIQUE KEY email_address (organization_id, email_address, live),
  UNIQUE KEY external_id (organization_id, external_id),
  KEY listing (organization_id, created_at, member_id),
  -- One for each order of the organization's list, and one to count it by.
  KEY by_name (organization_id, sort_name, member_id),
  KEY by_address (organization_id, email_address, member_id),
  KEY by_seen (organization_id, sort_seen, member_id),
  KEY by_status (organization_id, status),
  KEY by_id (project_id, member_id),
  KEY sign_in (project_id, email_address)
);

CREATE TABLE users (
  project_id         BINARY(16)   NOT NULL,
  user_id            BINARY(16)   NOT NULL,
  email_id           BINARY(16)            COMMENT 'null: no e-mail address',
  email_address      VARCHAR(320) COLLATE utf8mb4_0900_bin          COMMENT 'lower case; null: none',
  email_verified     BOOLEAN      NOT NULL DEFAULT FALSE,
  phone_id           BINARY(16)            COMMENT 'null: no phone number',
  phone_number       VARCHAR(32)           COMMENT 'null: none',
  first_name         VARCHAR(128) NOT NULL DEFAULT '',
  middle_name        VARCHAR(128) NOT NULL DEFAULT '',
  last_name          VARCHAR(128) NOT NULL DEFAULT '',
  status             VARCHAR(8)   NOT NULL COMMENT 'ACTIVE or PENDING',
  external_id        VARCHAR(128) COLLATE utf8mb4_0900_bin COMMENT 'null: the integrator gave none',
  trusted_metadata   JSON         NOT NULL,
  untrusted_metadata JSON         NOT NULL,
  created_at         DATETIME(6)  NOT NULL,
  updated_at         DATETIME(6)  NOT NULL,
  deleted_at         DATETIME(6)           COMMENT 'null: alive',
  live               TINYINT GENERATED ALWAYS AS (IF(deleted_at IS NULL, 1, NULL)) VIRTUAL,
  PRIMARY KEY (project_id, user_id),
  UNIQUE KEY email_address (project_id, email_address, live),
  UNIQUE KEY external_id (project_id, external_id, live),
  KEY listing (project_id, live, created_at, user_id)
);

CREATE TABLE role_assignments (
  tenant_id   BINARY(16)  NOT NULL,
  subject_id  BINARY(16)  NOT NULL,
  role_id     VARCHAR(128) COLLATE utf8mb4_0900_bin NOT NULL,
  assigned_at DATETIME(6) NOT NULL,
  PRIMARY KEY (tenant_id, subject_id, role_id),
  KEY of_role (tenant_id, role_id, subject_id)
);

CREATE TABLE sessions (
  tenant_id        BINARY(16)  NOT NULL,
  session_id       BINARY(16)  NOT NULL,
  project_id       BINARY(16)  NOT NULL,
  subject_kind     VARCHAR(6)  NOT NULL COMMENT 'MEMBER or USER',
  subject_id       BINARY(16)  NOT NULL,
  kind             VARCHAR(6)  NOT NULL COMMENT 'API: made for the integrator; PORTAL: made by signing in here, or handed over to a page; EMBED: handed over to a frame',
  token_hash       BINARY(32)  NOT NULL COMMENT 'SHA-256 of the session token',
  factors          JSON        NOT NULL COMMENT 'authentication_factors of the contract',
  custom_claims    JSON        NOT NULL,
  user_agent       VARCHAR(512) NOT NULL DEFAULT '',
  ip_address       VARCHAR(45) NOT NULL DEFAULT '',
  started_at       DATETIME(6) NOT NULL,
  authenticated_at DATETIME(6) NOT NULL COMMENT 'when the person proved who they are; before started_at in a session that came from another one',
  last_accessed_at DATETIME(6) NOT NULL COMMENT 'written at most once a minute',
  expires_at       DATETIME(6) NOT NULL,
  idle_minutes     SMALLINT             COMMENT 'ends when unused for so long; null: only at expires_at',
  permissions      JSON                 COMMENT 'the only ones that it may use; null: all that its person has',
  embed            JSON                 COMMENT 'what the host said of it that handed the person over; null: nobody did',
  ended_at         DATETIME(6)          COMMENT 'null: not ended by anybody',
  PRIMARY KEY (tenant_id, session_id),
  UNIQUE KEY token_hash (tenant_id, token_hash),
  KEY of_subject (tenant_id, subject_id, expires_at),
  -- An integrator ends a session by its id alone.
  KEY by_id (project_id, session_id),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

-- How a person reads: pages have it from a cookie, mails from here.
CREATE TABLE preferences (
  tenant_id  BINARY(16)  NOT NULL,
  subject_id BINARY(16)  NOT NULL,
  language   VARCHAR(3)           COMMENT 'null: whatever the browser asks for',
  time_zone  VARCHAR(64)          COMMENT 'of the time zone database; null: the one of the device',
  updated_at DATETIME(6) NOT NULL,
  PRIMARY KEY (tenant_id, subject_id)
);

CREATE TABLE connected_apps (
  project_id   BINARY(16)   NOT NULL,
  app_id       BINARY(16)   NOT NULL,
  client_type  VARCHAR(20)  NOT NULL COMMENT 'FIRST_PARTY, FIRST_PARTY_PUBLIC, THIRD_PARTY or THIRD_PARTY_PUBLIC',
  name         VARCHAR(128) NOT NULL,
  description  VARCHAR(1024) NOT NULL DEFAULT '',
  logo_url     VARCHAR(2048)         COMMENT 'null: none; never loaded by a page of ours as it is',
  logo_hash    BINARY(32)            COMMENT 'SHA-256 of the picture in logos; null: nothing to show',
  redirect_urls             JSON NOT NULL,
  post_logout_redirect_urls JSON NOT NULL,
  full_access_allowed       BOOLEAN NOT NULL DEFAULT FALSE,
  bypass_consent_for_offline_access BOOLEAN NOT NULL DEFAULT FALSE,
  access_token_format       VARCHAR(6)          COMMENT 'OPAQUE or JWT; null: as the project says',
  access_token_expiry_minutes INT               COMMENT 'null: 60 for opaque, 5 for jwt',
  access_token_custom_audience VARCHAR(1024)    COMMENT 'null: none',
  access_token_template_content TEXT NOT NULL,
  id_token_template_content     TEXT NOT NULL,
  creation_method     VARCHAR(32)   NOT NULL DEFAULT 'MANUAL' COMMENT 'MANUAL, or how the app registered itself',
  publisher_url       VARCHAR(2048)          COMMENT 'the app''s own web site, as it says; null: unknown',
  publisher_verified_at DATETIME(6)          COMMENT 'null: nobody has proved who publishes it',
  support_url         VARCHAR(2048)          COMMENT 'null: unknown',
  terms_url           VARCHAR(2048)          COMMENT 'null: unknown',
  privacy_url         VARCHAR(2048)          COMMENT 'null: unknown',
  token_endpoint_auth_method VARCHAR(19) NOT NULL COMMENT 'CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, PRIVATE_KEY_JWT or NONE',
  jwks                JSON                   COMMENT 'the app''s own public keys; null: none, or at jwks_uri',
  jwks_uri            TEXT                   COMMENT 'where the app publishes its keys; null: nowhere',
  pkce_optional       BOOLEAN       NOT NULL DEFAULT FALSE COMMENT 'only of an app that authenticates itself',
  endpoint_audience_allowed BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'its assertions may name the token endpoint as audience',
  dpop_bound          BOOLEAN       NOT NULL DEFAULT FALSE COMMENT 'every access token is bound to a key of the app',
  client_credentials_allowed BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'may get tokens for itself, about nobody',
  own_scopes          TEXT          NOT NULL COMMENT 'space-separated: what it may get for itself',
  id_token_alg        VARCHAR(5)    NOT NULL DEFAULT 'RS256' COMMENT 'RS256 or ES256',
  user_info_alg       VARCHAR(5)             COMMENT 'RS256 or ES256; null: UserInfo is plain JSON',
  require_pushed_requests BOOLEAN   NOT NULL DEFAULT FALSE,
  request_object_alg  VARCHAR(5)             COMMENT 'NONE, ES256, PS256 or RS256; null: any of these',
  request_uris        JSON          NOT NULL COMMENT 'where the app may keep request objects, to the letter',
  client_id_metadata_url TEXT                 COMMENT 'the address it uses as its client_id; null: its id',
  default_max_age     INT                    COMMENT 'seconds since a person signed in, at most; null: no matter',
  backchannel_logout_uri TEXT                 COMMENT 'where it is told that a session ended; null: nowhere',
  backchannel_logout_session_required BOOLEAN NOT NULL DEFAULT FALSE,
  created_at   DATETIME(6)  NOT NULL,
  updated_at   DATETIME(6)  NOT NULL,
  deleted_at   DATETIME(6)           COMMENT 'null: alive',
  unswept      TINYINT      NOT NULL DEFAULT 0 COMMENT '1 while grants of a deleted app are still to be ended',
  live         TINYINT GENERATED ALWAYS AS (IF(deleted_at IS NULL, 1, NULL)) VIRTUAL,
  PRIMARY KEY (project_id, app_id),
  -- A client names itself by its id alone; the catalogue is small and may stand on every shard.
  UNIQUE KEY client_id (app_id),
  KEY listing (project_id, live, created_at, app_id),
  KEY by_name (project_id, live, name, app_id),
  KEY unswept (unswept, app_id),
  CONSTRAINT public_apps_have_no_credential
    CHECK ((token_endpoint_auth_method = 'NONE') = (client_type IN ('FIRST_PARTY_PUBLIC', 'THIRD_PARTY_PUBLIC')))
);

CREATE TABLE connected_app_secrets (
  project_id  BINARY(16)  NOT NULL,
  app_id      BINARY(16)  NOT NULL,
  slot        VARCHAR(7)  NOT NULL COMMENT 'CURRENT, or NEXT while the secret is being rotated',
  secret_hash BINARY(32)  NOT NULL COMMENT 'HMAC-SHA-256 under the pepper',
  last_four   CHAR(4)     NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (project_id, app_id, slot),
  -- As for projects.
  KEY by_hash (secret_hash)
);

-- Pictures of apps with a verified publisher and of organizations, drawn anew, and what is to be fetched for them.
CREATE TABLE logos (
  project_id BINARY(16)    NOT NULL,
  owner_id   BINARY(16)    NOT NULL COMMENT 'the app or the organization',
  owner_kind VARCHAR(12)   NOT NULL COMMENT 'APP or ORGANIZATION',
  logo_url   VARCHAR(2048) NOT NULL COMMENT 'whose picture it is',
  image_hash BINARY(32)             COMMENT 'null: not fetched, or nothing that could be shown',
  png        BLOB                   COMMENT 'as image_hash',
  problem    VARCHAR(255)           COMMENT 'why there is no picture, in English; null: there is one, or nobody has tried',
  attempts   INT           NOT NULL,
  due_at     DATETIME(6)            COMMENT 'when it is fetched; null: nothing to do',
  PRIMARY KEY (project_id, owner_id),
  -- Pages name a picture without its project.
  KEY picture (owner_id, image_hash),
  -- Read by the nodes that fetch, across all projects.
  KEY due (due_at)
);

-- Whether apps may come in by themselves; no row: they may not.
CREATE TABLE registration_settings (
  project_id           BINARY(16)  NOT NULL,
  dynamic_registration BOOLEAN     NOT NULL COMMENT 'RFC 7591',
  client_documents     BOOLEAN     NOT NULL COMMENT 'an app may be known by the address of its metadata',
  pkce_optional        BOOLEAN     NOT NULL COMMENT 'what registers itself and authenticates itself may leave PKCE out',
  endpoint_audience    BOOLEAN     NOT NULL COMMENT 'assertions of what registers itself may name the token endpoint as audience',
  updated_at           DATETIME(6) NOT NULL,
  PRIMARY KEY (project_id)
);

-- Beside the row of an app that came in by itself.
CREATE TABLE app_registrations (
  project_id    BINARY(16)  NOT NULL,
  app_id        BINARY(16)  NOT NULL,
  metadata      JSON        NOT NULL COMMENT 'as it registered or published it, RFC 7591 §2',
  metadata_hash BINARY(32)           COMMENT 'public apps that register the same are one app; null: not such an app',
  url_hash      BINARY(32)           COMMENT 'SHA-256 of client_id_metadata_url; null: it has none',
  token_hash    BINARY(32)           COMMENT 'of the registration access token; null: nobody can change it',
  registered_at DATETIME(6) NOT NULL,
  fresh_until   DATETIME(6)          COMMENT 'when its document is fetched again; null: it has none',
  used_at       DATETIME(6)          COMMENT 'null: no one was seen yet who let it in',
  PRIMARY KEY (project_id, app_id),
  UNIQUE KEY same_metadata (project_id, metadata_hash),
  UNIQUE KEY document (project_id, url_hash),
  KEY unused (project_id, used_at, registered_at),
  -- Read by the job that removes what nobody ever used, across all projects.
  KEY unused_anywhere (used_at, registered_at)
);

-- Keys that apps publish themselves, as they were when last fetched.
CREATE TABLE app_key_sets (
  project_id BINARY(16)    NOT NULL,
  app_id     BINARY(16)    NOT NULL,
  jwks_uri   VARCHAR(2048) NOT NULL,
  jwks       JSON                   COMMENT 'null: never fetched with success',
  fetched_at DATETIME(6)            COMMENT 'null: never fetched with success',
  tried_at   DATETIME(6)   NOT NULL,
  PRIMARY KEY (project_id, app_id)
);

-- The switch: everything an app holds hangs on a row of this table and is alive only while the row is.
CREATE TABLE grants (
  tenant_id     BINARY(16)  NOT NULL,
  grant_id      BINARY(16)  NOT NULL,
  project_id    BINARY(16)  NOT NULL,
  subject_kind  VARCHAR(6)  NOT NULL COMMENT 'MEMBER or USER',
  subject_id    BINARY(16)  NOT NULL,
  app_id        BINARY(16)  NOT NULL,
  scopes        VARCHAR(4000) NOT NULL COMMENT 'space-separated, of the last completed authorization',
  granted_at    DATETIME(6) NOT NULL,
  authorized_at DATETIME(6) NOT NULL COMMENT 'when the last authorization was completed',
  expires_at    DATETIME(6)          COMMENT 'null: no end date',
  version       BIGINT      NOT NULL DEFAULT 0 COMMENT 'raised by every mint, so that a mint and a revoke meet on this row',
  last_used_at  DATETIME(6)          COMMENT 'null: never used',
  uses          BIGINT      NOT NULL DEFAULT 0,
  revoked_at    DATETIME(6)          COMMENT 'null: not revoked',
  revoked_why   VARCHAR(24)          COMMENT 'null: not revoked; else EndReason',
  asked_again_at DATETIME(6)         COMMENT 'set when somebody asked for a new approval: no token is minted until the person says yes again, which opens another row; null: nobody did',
  seen_at       DATETIME(6) GENERATED ALWAYS AS (COALESCE(last_used_at, granted_at)) VIRTUAL COMMENT 'the last sign of life',
  scopes_key    BINARY(8) GENERATED ALWAYS AS (UNHEX(LEFT(SHA2(scopes, 256), 16))) VIRTUAL COMMENT 'stands for the scopes in keys',
  live          TINYINT GENERATED ALWAYS AS (IF(revoked_at IS NULL, 1, NULL)) VIRTUAL,
  PRIMARY KEY (tenant_id, grant_id),
  UNIQUE KEY one_live (tenant_id, subject_id, app_id, live),
  -- An app's people, how many, when the first came and when one last used it, and what they let it do: all from the key.
  KEY of_app (tenant_id, app_id, live, scopes_key, subject_id, last_used_at, granted_at, expires_at),
  -- Whether a person has let anything in that is not over, from the key alone: a list of people asks it of everybody.
  KEY of_person (tenant_id, subject_id, live, expires_at),
  -- All of an organization by their last sign of life, from either end.
  KEY by_use (tenant_id, live, seen_at, grant_id, expires_at),
  KEY of_deleted_app (project_id, app_id, live)
);

CREATE TABLE grant_usage (
  tenant_id BINARY(16) NOT NULL,
  grant_id  BINARY(16) NOT NULL,
  day       DATE       NOT NULL COMMENT 'UTC',
  calls     BIGINT     NOT NULL,
  PRIMARY KEY (tenant_id, grant_id, day),
  -- Read by the purge only, across all tenants.
  KEY expired (day)
);

-- What came of one redeemed code: one place where the app is signed in. Its tokens carry the same authorization_id, and say
-- whether it is alive; this row says where it is and when it was last used.
CREATE TABLE connections (
  tenant_id        BINARY(16)   NOT NULL,
  authorization_id BINARY(16)   NOT NULL,
  grant_id         BINARY(16)   NOT NULL,
  redirect_host    VARCHAR(255) NOT NULL COMMENT 'where the code was sent; empty for an app that has an address on its device only',
  user_agent       VARCHAR(512) NOT NULL DEFAULT '' COMMENT 'of the request that redeemed the code',
  ip_address       VARCHAR(45)  NOT NULL DEFAULT '' COMMENT 'of the same request',
  began_at         DATETIME(6)  NOT NULL,
  last_used_at     DATETIME(6)           COMMENT 'null: never used',
  ends_at          DATETIME(6)  NOT NULL COMMENT 'no token of it is renewed after this',
  PRIMARY KEY (tenant_id, authorization_id),
  -- To forget a person.
  KEY of_grant (tenant_id, grant_id),
  -- Read by the purge only, across all tenants.
  KEY expired (ends_at)
);

-- What an app asked for, kept while the person signs in and decides, or from when the app pushed it until it is used.
CREATE TABLE authorization_requests (
  project_id   BINARY(16)  NOT NULL,
  request_hash BINARY(32)  NOT NULL COMMENT 'SHA-256 of what names it in addresses',
  kind         VARCHAR(6)  NOT NULL COMMENT 'PAGE, PUSHED (RFC 9126) or LOGOUT',
  app_id       BINARY(16)           COMMENT 'null: a sign-out that names no app',
  parameters   JSON        NOT NULL,
  pushed_hash  BINARY(32)           COMMENT 'the pushed request that it stands for; null: none',
  created_at   DATETIME(6) NOT NULL,
  expires_at   DATETIME(6) NOT NULL,
  used_at      DATETIME(6)          COMMENT 'null: not answered yet',
  PRIMARY KEY (project_id, request_hash),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

CREATE TABLE authorization_codes (
  tenant_id        BINARY(16)  NOT NULL,
  code_hash        BINARY(32)  NOT NULL,
  grant_id         BINARY(16)  NOT NULL,
  authorization_id BINARY(16)  NOT NULL COMMENT 'the family: every token that comes from this code carries it',
  redirect_uri     VARCHAR(2048) NOT NULL,
  code_challenge   VARCHAR(128)          COMMENT 'PKCE S256; null: an app that may leave it out did so',
  dpop_key         BINARY(32)            COMMENT 'SHA-256 thumbprint of the key that must redeem it; null: any',
  scopes           VARCHAR(4000) NOT NULL,
  resources        JSON        NOT NULL,
  nonce            VARCHAR(1024)         COMMENT 'null: the client sent none',
  authenticated_at DATETIME(6) NOT NULL,
  created_at       DATETIME(6) NOT NULL,
  expires_at       DATETIME(6) NOT NULL,
  used_at          DATETIME(6)          COMMENT 'null: not redeemed',
  PRIMARY KEY (tenant_id, code_hash),
  KEY of_grant (tenant_id, grant_id, expires_at),
  KEY expired (expires_at)
);

CREATE TABLE access_tokens (
  tenant_id        BINARY(16)  NOT NULL,
  token_hash       BINARY(32)  NOT NULL COMMENT 'SHA-256 of the whole token, opaque or jwt',
  grant_id         BINARY(16)  NOT NULL,
  authorization_id BINARY(16)  NOT NULL,
  token_id         BINARY(16)  NOT NULL COMMENT 'jti',
  format           VARCHAR(6)  NOT NULL,
  issuer           VARCHAR(512) NOT NULL,
  audience         JSON        NOT NULL,
  scopes           VARCHAR(4000) NOT NULL,
  issued_at        DATETIME(6) NOT NULL,
  dpop_key         BINARY(32)           COMMENT 'SHA-256 thumbprint of the key it is bound to; null: whoever bears it',
  expires_at       DATETIME(6) NOT NULL,
  revoked_at       DATETIME(6)          COMMENT 'null: not revoked by itself',
  PRIMARY KEY (tenant_id, token_hash),
  KEY of_grant (tenant_id, grant_id, format, expires_at),
  KEY expired (expires_at)
);

CREATE TABLE refresh_tokens (
  tenant_id        BINARY(16)  NOT NULL,
  token_hash       BINARY(32)  NOT NULL,
  grant_id         BINARY(16)  NOT NULL,
  authorization_id BINARY(16)  NOT NULL,
  scopes           VARCHAR(4000) NOT NULL,
  resources        JSON        NOT NULL,
  dpop_key         BINARY(32)           COMMENT 'the key that a public app must use it with; null: none',
  authenticated_at DATETIME(6) NOT NULL,
  issued_at        DATETIME(6) NOT NULL,
  expires_at       DATETIME(6) NOT NULL COMMENT 'slides with use',
  ends_at          DATETIME(6) NOT NULL COMMENT 'absolute: sliding stops here',
  used_at          DATETIME(6)          COMMENT 'null: not rotated yet',
  successor_hash   BINARY(32)           COMMENT 'null: not rotated yet',
  revoked_at       DATETIME(6)          COMMENT 'null: not revoked by itself',
  PRIMARY KEY (tenant_id, token_hash),
  KEY of_grant (tenant_id, grant_id, expires_at),
  KEY expired (expires_at)
);

-- What an app gets for itself, about nobody: no grant stands behind it, so the app and its secret are the switch.
CREATE TABLE app_tokens (
  project_id  BINARY(16)  NOT NULL,
  token_hash  BINARY(32)  NOT NULL COMMENT 'SHA-256 of the whole token, opaque or jwt',
  app_id      BINARY(16)  NOT NULL,
  token_id    BINARY(16)  NOT NULL COMMENT 'jti',
  secret_hash BINARY(32)           COMMENT 'the secret that it was got with and dies with; null: an assertion',
  issuer      VARCHAR(512) NOT NULL,
  audience    JSON        NOT NULL,
  scopes      VARCHAR(4000) NOT NULL,
  dpop_key    BINARY(32)           COMMENT 'as in access_tokens',
  issued_at   DATETIME(6) NOT NULL,
  expires_at  DATETIME(6) NOT NULL,
  revoked_at  DATETIME(6)          COMMENT 'null: not revoked',
  PRIMARY KEY (project_id, token_hash),
  -- Read by the purge only, across all projects.
  KEY expired (expires_at)
);

-- Assertions and proofs that were used: each counts once, at whichever node it is shown.
CREATE TABLE single_use_ids (
  tenant_id  BINARY(16)  NOT NULL COMMENT 'the project of the app that showed it',
  id_hash    BINARY(32)  NOT NULL COMMENT 'SHA-256 of what it is, who made it and its jti',
  expires_at DATETIME(6) NOT NULL COMMENT 'from then on its age alone has it refused',
  PRIMARY KEY (tenant_id, id_hash),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

CREATE TABLE audit_events (
  tenant_id    BINARY(16)  NOT NULL,
  event_id     BINARY(16)  NOT NULL,
  occurred_at  DATETIME(6) NOT NULL,
  project_id   BINARY(16)  NOT NULL,
  actor_kind   VARCHAR(8)  NOT NULL COMMENT 'MEMBER, USER, PROJECT, APP or SYSTEM',
  actor_id     BINARY(16)           COMMENT 'null: the system',
  session_id   BINARY(16)           COMMENT 'null: no session acted',
  door         VARCHAR(8)  NOT NULL COMMENT 'PORTAL, EMBED, API, SDK, OAUTH, COMMAND or JOB',
  action       VARCHAR(48) NOT NULL,
  outcome      VARCHAR(8)  NOT NULL COMMENT 'DONE or DENIED',
  subject_kind VARCHAR(6)           COMMENT 'null: concerns nobody in particular',
  subject_id   BINARY(16)           COMMENT 'null: concerns nobody in particular',
  app_id       BINARY(16)           COMMENT 'null: concerns no app',
  grant_id     BINARY(16)           COMMENT 'null: concerns no grant',
  reason       VARCHAR(512)         COMMENT 'null: none was asked for',
  request_id   VARCHAR(64) NOT NULL,
  ip_address   VARCHAR(45) NOT NULL DEFAULT '',
  details      JSON        NOT NULL,
  mac          BINARY(32)           COMMENT 'HMAC-SHA-256 of the rest, but for the time; null: no node of ours wrote it',
  seq          BIGINT               COMMENT 'its number in the tenant''s chain, from 1; null: not sealed yet',
  hash         BINARY(32)           COMMENT 'HMAC-SHA-256 of the event, its number and the hash before it; null: not sealed yet',
  PRIMARY KEY (tenant_id, event_id),
  UNIQUE KEY chain (tenant_id, seq),
  -- The id stands in them anyway, as it is in the primary key; said, MySQL knows that they are sorted by it.
  KEY by_time (tenant_id, occurred_at, event_id),
  KEY of_subject (tenant_id, subject_id, occurred_at, event_id),
  -- Read by the node that seals what is new, across all tenants.
  KEY unsealed (seq, tenant_id, occurred_at, event_id)
);

-- How far each tenant's events are sealed.
CREATE TABLE audit_chains (
  tenant_id BINARY(16)  NOT NULL,
  seq       BIGINT      NOT NULL COMMENT 'of the last event; 0: none yet',
  hash      BINARY(32)  NOT NULL COMMENT 'of the last event; zeros: none yet',
  mac       BINARY(32)  NOT NULL COMMENT 'HMAC-SHA-256 of tenant, number and hash',
  sealed_at DATETIME(6) NOT NULL,
  PRIMARY KEY (tenant_id)
);

-- What must follow an act: written with the act, done afterwards, at least once. A row leaves when it is done.
CREATE TABLE outbox (
  tenant_id    BINARY(16)  NOT NULL,
  message_id   BINARY(16)  NOT NULL,
  kind         VARCHAR(24) NOT NULL,
  payload      JSON        NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  due_at       DATETIME(6) NOT NULL,
  attempts     INT         NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, message_id),
  -- Read by the dispatchers of all nodes, across all tenants.
  KEY due (due_at)
);

-- Work of an organization that outlives the request that asked for it; any node does it, step by step.
CREATE TABLE jobs (
  tenant_id   BINARY(16)  NOT NULL,
  job_id      BINARY(16)  NOT NULL,
  project_id  BINARY(16)  NOT NULL,
  kind        VARCHAR(48) NOT NULL,
  actor_kind  VARCHAR(8)  NOT NULL COMMENT 'as in audit_events, like the five that follow',
  actor_id    BINARY(16)           COMMENT 'null: the system',
  session_id  BINARY(16)           COMMENT 'null: no session acted',
  door        VARCHAR(8)  NOT NULL,
  request_id  VARCHAR(64) NOT NULL,
  ip_address  VARCHAR(45) NOT NULL DEFAULT '',
  reason      VARCHAR(512)         COMMENT 'null: none was asked for',
  asked       JSON        NOT NULL COMMENT 'what is to be done, as its kind writes it',
  total       BIGINT      NOT NULL COMMENT 'how many rows it was about when it was asked for',
  done        BIGINT      NOT NULL DEFAULT 0,
  reached     VARCHAR(255)         COMMENT 'where the next step begins, as its kind writes it; null: at the beginning',
  tally       JSON        NOT NULL COMMENT 'how many rows, by what came of them',
  state       VARCHAR(8)  NOT NULL COMMENT 'WAITING, RUNNING, DONE, STOPPED or FAILED',
  failures    INT         NOT NULL DEFAULT 0 COMMENT 'one after the other',
  fence       BIGINT      NOT NULL DEFAULT 0 COMMENT 'raised by each node that takes it; a step of an older holder is refused',
  holder      BINARY(16)           COMMENT 'which node has it; null: none',
  lease_until DATETIME(6)          COMMENT 'until when no other node takes it; null: it is over',
  turn_at     DATETIME(6)          COMMENT 'when a node took it last; null: never',
  created_at  DATETIME(6) NOT NULL,
  started_at  DATETIME(6)          COMMENT 'null: never taken',
  finished_at DATETIME(6)          COMMENT 'null: it is not over',
  PRIMARY KEY (tenant_id, job_id),
  KEY recent (tenant_id, created_at),
  KEY leased (tenant_id, lease_until),
  KEY turns (tenant_id, turn_at),
  -- Read by the nodes that look for work, across all tenants.
  KEY due (lease_until),
  -- Read by the purge only, across all tenants.
  KEY expired (finished_at)
);

CREATE TABLE sign_in_codes (
  attempt_hash  BINARY(32)   NOT NULL COMMENT 'SHA-256 of what the browser holds',
  email_address VARCHAR(320) COLLATE utf8mb4_0900_bin NOT NULL,
  code_hash     BINARY(32)   NOT NULL COMMENT 'HMAC-SHA-256 under the pepper: six digits want more than a plain hash',
  project_id    BINARY(16)            COMMENT 'whose people may sign in with it; null: everybody',
  wrong_tries   INT          NOT NULL DEFAULT 0,
  created_at    DATETIME(6)  NOT NULL,
  expires_at    DATETIME(6)  NOT NULL,
  used_at       DATETIME(6)           COMMENT 'null: not used',
  PRIMARY KEY (attempt_hash),
  KEY expired (expires_at)
);


-- Whose signed word about who somebody is a project takes: its host's own sign-in.
CREATE TABLE trusted_issuers (
  project_id         BINARY(16)   NOT NULL,
  profile_id         BINARY(16)   NOT NULL,
  issuer             VARCHAR(512) NOT NULL COMMENT 'iss, exactly',
  audience           VARCHAR(512) NOT NULL COMMENT 'what aud must hold',
  person_claim       VARCHAR(64)  NOT NULL COMMENT 'email: the e-mail address, verified; any other: the external id',
  organization_claim VARCHAR(64)           COMMENT 'the organization''s id, external id or slug; null: the page says which one',
  jwks               JSON                  COMMENT 'public keys; null: not fetched yet',
  jwks_url           VARCHAR(2048)         COMMENT 'where the keys are fetched from; null: they were given',
  fetched_at         DATETIME(6)           COMMENT 'null: never',
  tried_at           DATETIME(6)           COMMENT 'null: never',
  created_at         DATETIME(6)  NOT NULL,
  PRIMARY KEY (project_id, profile_id)
);

-- Links and codes that pages with the browser SDK have had sent; used once.
CREATE TABLE page_sign_ins (
  tenant_id      BINARY(16)   NOT NULL,
  secret_hash    BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token in the link, or of what the page holds while it waits for the code',
  project_id     BINARY(16)   NOT NULL,
  email_address  VARCHAR(320) COLLATE utf8mb4_0900_bin NOT NULL,
  code_hash      BINARY(32)            COMMENT 'HMAC-SHA-256 under the pepper; null: a link',
  code_challenge CHAR(43)              COMMENT 'PKCE S256: the link works in the browser that asked for it; null: nobody asked for it (an invitation), or a code',
  wrong_tries    INT          NOT NULL DEFAULT 0,
  created_at     DATETIME(6)  NOT NULL,
  expires_at     DATETIME(6)  NOT NULL,
  used_at        DATETIME(6)           COMMENT 'null: not used',
  PRIMARY KEY (tenant_id, secret_hash),
  KEY by_address (tenant_id, email_address, created_at),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

-- An organization's own sign-in: the OpenID provider whose word about who its members are it takes. One for an organization.
CREATE TABLE sign_in_providers (
  project_id      BINARY(16)     NOT NULL,
  organization_id BINARY(16)     NOT NULL,
  provider_id     BINARY(16)     NOT NULL,
  issuer          VARCHAR(512)   NOT NULL COMMENT 'iss, exactly',
  client_id       VARCHAR(255)   NOT NULL COMMENT 'what the provider calls us',
  client_secret   VARBINARY(2048) NOT NULL COMMENT 'AES-256-GCM under the installation''s key',
  domains         JSON           NOT NULL COMMENT 'whose addresses it may vouch for; empty: the organization''s own list',
  required        BOOLEAN        NOT NULL COMMENT 'its members may sign in to the portal no other way, but for those for emergencies',
  metadata        JSON                    COMMENT 'what the provider says of itself; null: not fetched',
  jwks            JSON                    COMMENT 'its public keys; null: not fetched',
  fetched_at      DATETIME(6)             COMMENT 'null: never',
  tried_at        DATETIME(6)             COMMENT 'null: never',
  created_at      DATETIME(6)    NOT NULL,
  updated_at      DATETIME(6)    NOT NULL,
  PRIMARY KEY (project_id, organization_id)
);

-- Who somebody at a provider is among the members.
CREATE TABLE provider_links (
  organization_id BINARY(16)  NOT NULL,
  subject_hash    BINARY(32)  NOT NULL COMMENT 'SHA-256 of iss and sub',
  issuer_hash     BINARY(32)  NOT NULL COMMENT 'SHA-256 of iss',
  member_id       BINARY(16)  NOT NULL,
  linked_at       DATETIME(6) NOT NULL,
  PRIMARY KEY (organization_id, subject_hash),
  UNIQUE KEY one_person (organization_id, member_id, issuer_hash)
);

-- Sign-ins at a provider that are under way.
CREATE TABLE provider_sign_ins (
  organization_id BINARY(16)   NOT NULL,
  attempt_hash    BINARY(32)   NOT NULL COMMENT 'SHA-256 of what the browser holds',
  issuer          VARCHAR(512) NOT NULL COMMENT 'where it went; another one may have been set up since',
  client_id       VARCHAR(255) NOT NULL,
  return_to       VARCHAR(512) NOT NULL,
  created_at      DATETIME(6)  NOT NULL,
  expires_at      DATETIME(6)  NOT NULL,
  PRIMARY KEY (organization_id, attempt_hash),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

CREATE TABLE signing_keys (
  key_id      VARCHAR(64)    NOT NULL COMMENT 'kid',
  algorithm   VARCHAR(8)     NOT NULL COMMENT 'RS256 or ES256',
  generation  INT            NOT NULL COMMENT 'counts up; two nodes cannot make the same successor',
  public_jwk  JSON           NOT NULL,
  private_jwk VARBINARY(8192) NOT NULL COMMENT 'AES-256-GCM under the installation''s key',
  created_at  DATETIME(6)    NOT NULL COMMENT 'published from here on',
  signs_at    DATETIME(6)    NOT NULL COMMENT 'signs from here on, until its successor does',
  retires_at  DATETIME(6)             COMMENT 'leaves the published set; null: nobody follows it yet',
  PRIMARY KEY (key_id),
  UNIQUE KEY one_successor (algorithm, generation)
);

CREATE TABLE buckets (
  id         VARCHAR(160) NOT NULL,
  state      BLOB,
  expires_at BIGINT,
  PRIMARY KEY (id),
  KEY expired (expires_at)
);

-- Embedding in pages of hosts.

-- The web origins whose pages may show the tenant's people their apps in a frame, or hand them over to the portal.
CREATE TABLE embed_origins (
  tenant_id BINARY(16)   NOT NULL,
  origin    VARCHAR(255) COLLATE utf8mb4_0900_bin NOT NULL COMMENT 'as browsers send it: scheme, host and port, lower case',
  added_at  DATETIME(6)  NOT NULL,
  PRIMARY KEY (tenant_id, origin)
);

-- What a host's backend is given for one person, to hand over once within a minute.
CREATE TABLE embed_tokens (
  tenant_id    BINARY(16)   NOT NULL,
  token_hash   BINARY(32)   NOT NULL COMMENT 'SHA-256 of the token',
  project_id   BINARY(16)   NOT NULL,
  subject_kind VARCHAR(6)   NOT NULL COMMENT 'MEMBER or USER',
  subject_id   BINARY(16)   NOT NULL,
  origin       VARCHAR(255) COLLATE utf8mb4_0900_bin NOT NULL COMMENT 'of the page that may hand it over',
  terms        JSON         NOT NULL COMMENT 'what the session may do, how long, and how its pages look',
  created_at   DATETIME(6)  NOT NULL,
  expires_at   DATETIME(6)  NOT NULL,
  used_at      DATETIME(6)           COMMENT 'null: not used',
  PRIMARY KEY (tenant_id, token_hash),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);

-- A question that was shown in a frame. Its yes counts once, and not before a person can have read it.
CREATE TABLE embed_confirmations (
  tenant_id         BINARY(16)  NOT NULL,
  confirmation_hash BINARY(32)  NOT NULL COMMENT 'SHA-256 of what its form carries',
  session_id        BINARY(16)  NOT NULL,
  app_id            BINARY(16)  NOT NULL,
  issued_at         DATETIME(6) NOT NULL,
  expires_at        DATETIME(6) NOT NULL,
  used_at           DATETIME(6)          COMMENT 'null: not used',
  PRIMARY KEY (tenant_id, confirmation_hash),
  -- Read by the purge only, across all tenants.
  KEY expired (expires_at)
);
