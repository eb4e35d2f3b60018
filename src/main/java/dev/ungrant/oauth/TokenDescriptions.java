package dev.ungrant.oauth;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What introspection says of a live token (RFC 7662 §2.2, contract §8.2); of any other it says that it is not active. */
@Singleton
final class TokenDescriptions {
    static final Map<String, Object> INACTIVE = Map.of("active", false);

    private final Json json;

    TokenDescriptions(Json json) {
        this.json = json;
    }

    Map<String, Object> of(LiveToken token) {
        Subject subject = new Subject(token.subjectKind(), token.projectId(), token.tenantId(), token.subjectId());
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("active", true);
        description.put("sub", AccessTokens.subjectId(subject));
        description.put("scope", both(token.scopes(), token.grantScopes()));
        description.put("aud", json.strings(token.audience()));
        times(description, token.issuedAt(), token.expiresAt());
        description.put("nbf", token.issuedAt().getEpochSecond());
        description.put("iss", token.issuer());
        description.put("client_id", WireId.of(ConnectedApp.ID_KIND, token.appId()));
        description.put("token_type", "access_token");
        description.put("jti", token.tokenId().toString());
        description.put("grant_id", WireId.of("grant", token.grantId()));
        confirmation(description, token.dpopKey());
        if (subject.isMember()) {
            description.put(
                    AccessTokens.ORGANIZATION_CLAIM,
                    AccessTokens.organizationClaim(token.tenantId(), token.organizationSlug()));
        }
        return description;
    }

    Map<String, Object> of(RefreshRow token) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("active", true);
        description.put("sub", AccessTokens.subjectId(token.subject()));
        description.put("scope", both(token.scopes(), token.grantScopes()));
        times(description, token.issuedAt(), token.expiresAt());
        description.put("client_id", WireId.of(ConnectedApp.ID_KIND, token.appId()));
        description.put("token_type", "refresh_token");
        description.put("grant_id", WireId.of("grant", token.grantId()));
        confirmation(description, token.dpopKey());
        return description;
    }

    Map<String, Object> of(AppToken token) {
        String app = WireId.of(ConnectedApp.ID_KIND, token.appId());
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("active", true);
        description.put("sub", app);
        description.put("scope", both(token.scopes(), token.ownScopes()));
        description.put("aud", json.strings(token.audience()));
        times(description, token.issuedAt(), token.expiresAt());
        description.put("nbf", token.issuedAt().getEpochSecond());
        description.put("iss", token.issuer());
        description.put("client_id", app);
        description.put("token_type", "access_token");
        description.put("jti", token.tokenId().toString());
        confirmation(description, token.dpopKey());
        return description;
    }

    private static String both(String ofToken, String now) {
        return Scopes.parse(ofToken).intersect(Scopes.parse(now)).toString();
    }

    private static void times(Map<String, Object> description, Instant issuedAt, Instant expiresAt) {
        description.put("exp", expiresAt.getEpochSecond());
        description.put("iat", issuedAt.getEpochSecond());
    }

    private static void confirmation(Map<String, Object> description, @Nullable byte[] dpopKey) {
        if (dpopKey != null) {
            description.put("cnf", AccessTokens.confirmationClaim(dpopKey));
        }
    }
}
