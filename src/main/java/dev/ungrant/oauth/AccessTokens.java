package dev.ungrant.oauth;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.rbac.HeldRoles;
import dev.ungrant.rbac.Person;
import dev.ungrant.rbac.Subject;
import dev.ungrant.secrets.Hash;
import dev.ungrant.secrets.Secret;
import dev.ungrant.secrets.SecretKind;
import dev.ungrant.secrets.SigningKeys;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Makes access tokens, opaque or jwt (contract §8.3). Either kind has its row. A jwt says {@code typ: JWT} as the contract
 * wants it and not {@code at+jwt} (RFC 9068): what tells it from an ID token is {@code scope} and the project in its
 * {@code aud}, where an ID token has nothing but the client; and here only what has a row counts as an access token.
 */
@Singleton
final class AccessTokens {
    static final String ORGANIZATION_CLAIM = "https://stytch.com/organization";

    private final TokenRepository repository;
    private final SigningKeys keys;
    private final HeldRoles people;
    private final Json json;

    AccessTokens(TokenRepository repository, SigningKeys keys, HeldRoles people, Json json) {
        this.repository = repository;
        this.keys = keys;
        this.people = people;
        this.json = json;
    }

    /**
     * What a new token hangs on.
     *
     * @param dpopKey the thumbprint of the key that it is bound to; null: whoever bears it
     */
    record Basis(
            Subject subject,
            UUID grantId,
            UUID authorizationId,
            Scopes scopes,
            List<String> resources,
            String issuer,
            @Nullable byte[] dpopKey) {}

    /** Writes the row of a new access token, in the transaction that is open, and reveals the token. */
    String mint(ConnectedApp app, Basis basis) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant expiry = now.plus(Duration.ofMinutes(app.tokenMinutes()));
        UUID tokenId = UUID.randomUUID();
        List<String> audience = audience(app, basis.resources());
        String token = app.tokenFormat() == TokenFormat.JWT
                ? jwt(app, basis, tokenId, audience, now, expiry)
                : Secret.mint(SecretKind.ACCESS_TOKEN, basis.subject().tenantId())
                        .reveal();
        repository.insertAccessToken(
                basis.subject().tenantId(),
                Hash.sha256(token),
                basis.grantId(),
                basis.authorizationId(),
                tokenId,
                app.tokenFormat().name(),
                basis.issuer(),
                json.write(audience),
                basis.scopes().toString(),
                basis.dpopKey(),
                now,
                expiry);
        return token;
    }

    static List<String> audience(ConnectedApp app, List<String> resources) {
        List<String> audience = new ArrayList<>();
        audience.add(WireId.of("project", app.projectId()));
        if (app.accessTokenCustomAudience() != null) {
            audience.add(app.accessTokenCustomAudience());
        }
        audience.addAll(resources);
        return audience;
    }

    private String jwt(
            ConnectedApp app, Basis basis, UUID tokenId, List<String> audience, Instant now, Instant expiry) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(basis.issuer())
                .subject(subjectId(basis.subject()))
                .audience(audience)
                .claim("client_id", app.wireId())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(expiry))
                .jwtID(tokenId.toString())
                .claim("scope", basis.scopes().toString())
                .claim("grant_id", WireId.of("grant", basis.grantId()));
        confirmation(basis.dpopKey(), claims);
        organization(basis.subject(), people.person(basis.subject()).orElse(null), claims);
        return keys.sign(claims.build());
    }

    static void organization(Subject subject, @Nullable Person person, JWTClaimsSet.Builder claims) {
        if (subject.isMember() && person != null) {
            claims.claim(ORGANIZATION_CLAIM, organizationClaim(subject.tenantId(), person.organizationSlug()));
        }
    }

    static void confirmation(@Nullable byte[] dpopKey, JWTClaimsSet.Builder claims) {
        if (dpopKey != null) {
            claims.claim("cnf", confirmationClaim(dpopKey));
        }
    }

    /** RFC 9449 §6.1. */
    static Map<String, Object> confirmationClaim(byte[] dpopKey) {
        return Map.of("jkt", Base64URL.encode(dpopKey).toString());
    }

    static Map<String, Object> organizationClaim(UUID organizationId, String slug) {
        return Map.of("organization_id", WireId.of("organization", organizationId), "slug", slug);
    }

    static String subjectId(Subject subject) {
        return WireId.of(subject.isMember() ? "member" : "user", subject.id());
    }
}
