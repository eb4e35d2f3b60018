package dev.ungrant.sessions;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.context.annotation.Property;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The JWT form of a session: five minutes, RS256, the claims of contract §10. The row behind it stays the judge. */
@Singleton
public final class SessionJwts {
    static final Duration LIFE = Duration.ofMinutes(5);
    static final String SESSION_CLAIM = "https://stytch.com/session";
    static final String ORGANIZATION_CLAIM = "https://stytch.com/organization";

    private final SigningKeys keys;
    private final Json json;
    private final String baseUrl;

    /** Where a JWT says its session is. */
    record Reference(UUID tenantId, UUID sessionId) {}

    SessionJwts(SigningKeys keys, Json json, @Property(name = "ungrant.base-url") String baseUrl) {
        this.keys = keys;
        this.json = json;
        this.baseUrl = baseUrl;
    }

    public String mint(Session session, Set<String> roles) {
        Instant now = Instant.now();
        Map<String, Object> claim = new LinkedHashMap<>();
        claim.put("id", WireId.of("session", session.sessionId()));
        claim.put("started_at", session.startedAt().toString());
        claim.put("last_accessed_at", session.lastAccessedAt().toString());
        claim.put("expires_at", session.expiresAt().toString());
        claim.put("attributes", Map.of("ip_address", session.ipAddress(), "user_agent", session.userAgent()));
        claim.put("authentication_factors", json.read(session.factors(), Argument.listOf(Object.class)));
        claim.put("roles", List.copyOf(roles));
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
        json.object(session.customClaims()).forEach(claims::claim);
        boolean member = session.subjectKind() == Subject.Kind.MEMBER;
        claims.issuer(baseUrl)
                .audience(List.of(WireId.of("project", session.projectId())))
                .subject(WireId.of(member ? "member" : "user", session.subjectId()))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim(SESSION_CLAIM, claim);
        if (member) {
            claims.claim(
                    ORGANIZATION_CLAIM,
                    Map.of(
                            "organization_id",
                            WireId.of("organization", session.tenantId()),
                            "slug",
                            session.organizationSlug()));
        }
        return keys.sign(claims.build());
    }

    /**
     * Where the session of this JWT is. The signature, algorithm, key and audience are checked always; the times only
     * when {@code mustBeCurrent}, since the contract lets {@code sessions/authenticate} take an expired one.
     *
     * @throws Problem 401 when it is not a JWT of ours for this project
     */
    Reference read(String jwt, UUID projectId, boolean mustBeCurrent) {
        JWTClaimsSet claims = keys.verify(jwt).orElseThrow(() -> new Problem(ErrorType.UNABLE_TO_PARSE_SESSION_JWT));
        if (!List.of(WireId.of("project", projectId)).equals(claims.getAudience())) {
            throw new Problem(ErrorType.JWT_INVALID_AUDIENCE);
        }
        Date now = new Date();
        if (mustBeCurrent
                && (claims.getExpirationTime() == null
                        || !claims.getExpirationTime().after(now))) {
            throw new Problem(ErrorType.JWT_INVALID_CLAIMS);
        }
        try {
            Map<String, Object> session = claims.getJSONObjectClaim(SESSION_CLAIM);
            Map<String, Object> organization = claims.getJSONObjectClaim(ORGANIZATION_CLAIM);
            if (session == null) {
                throw new Problem(ErrorType.UNABLE_TO_PARSE_SESSION_JWT);
            }
            UUID tenantId = organization == null ? projectId : id("organization", organization.get("organization_id"));
            return new Reference(tenantId, id("session", session.get("id")));
        } catch (ParseException e) {
            throw new Problem(ErrorType.UNABLE_TO_PARSE_SESSION_JWT);
        }
    }

    private static UUID id(String kind, Object claim) {
        return Optional.ofNullable(claim)
                .filter(String.class::isInstance)
                .flatMap(text -> WireId.parse(kind, (String) text))
                .orElseThrow(() -> new Problem(ErrorType.UNABLE_TO_PARSE_SESSION_JWT));
    }
}
