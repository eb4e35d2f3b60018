package dev.ungrant.sessions;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.ungrant.projects.Vertical;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signing in with the word of somebody whom the project trusts: a JWT of the host's own sign-in. It says who the person is and, for
 * members, may say in which organization; both must be there already. A member of another organization of the project is
 * somebody else.
 */
@Singleton
class Attestations {
    private static final int LONGEST = 8192;
    private static final int MOST_SECONDS_OFF = 30;
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final TrustedIssuers issuers;
    private final PageSessions sessions;

    Attestations(TrustedIssuers issuers, PageSessions sessions) {
        this.issuers = issuers;
        this.sessions = sessions;
    }

    /**
     * @param organization as the page says it; null: the token says it
     * @throws Problem {@code trusted_token_profile_not_found}, {@code invalid_trusted_auth_token}, {@code
     *     token_missing_organization_id_claim}
     */
    Authentications.Authenticated attest(
            SdkClient client,
            String profile,
            String token,
            @Nullable String organization,
            int minutes,
            String userAgent) {
        TrustedIssuer issuer = issuers.find(client.projectId(), profile);
        JWTClaimsSet claims = claims(issuer, token).orElseThrow(Attestations::invalid);
        Person person = person(client, issuer, claims, organization);
        return sessions.begin(client, person, "trusted_auth_token", minutes, userAgent);
    }

    private Person person(SdkClient client, TrustedIssuer issuer, JWTClaimsSet claims, @Nullable String organization) {
        String externalId = externalId(issuer, claims);
        String emailAddress = email(issuer, claims);
        if (client.access().vertical() == Vertical.CONSUMER) {
            return only(issuers.users(client.projectId(), externalId, emailAddress));
        }
        String said = issuer.organizationClaim() == null ? null : text(claims, issuer.organizationClaim());
        if (said == null && organization == null) {
            throw new Problem(ErrorType.TOKEN_MISSING_ORGANIZATION_ID_CLAIM);
        }
        Person member =
                only(issuers.members(client.projectId(), said == null ? organization : said, externalId, emailAddress));
        // Where both speak, both must mean the same.
        if (said != null
                && organization != null
                && !organization.equals(said)
                && !organization.equals(WireId.of("organization", member.tenantId()))) {
            throw invalid();
        }
        return member;
    }

    private static Person only(List<Person> people) {
        if (people.size() != 1) {
            throw invalid();
        }
        return people.getFirst();
    }

    /** What the token says, if the issuer said it, to us, and it still holds. */
    private Optional<JWTClaimsSet> claims(TrustedIssuer issuer, String token) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        JWKSet kept = issuers.keys(issuer, false);
        Optional<JWTClaimsSet> claims = verified(issuer, kept, token);
        // The issuer may have a new key since.
        return claims.isPresent() || issuer.jwksUrl() == null
                ? claims
                : Optional.of(issuers.keys(issuer, true))
                        .filter(renewed -> !renewed.equals(kept))
                        .flatMap(renewed -> verified(issuer, renewed, token));
    }

    private static Optional<JWTClaimsSet> verified(TrustedIssuer issuer, JWKSet keys, String token) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
        // Hosts call theirs JWT, at+jwt, or nothing.
        processor.setJWSTypeVerifier((type, context) -> {});
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                Set.of(issuer.audience()),
                new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(),
                Set.of("exp", issuer.personClaim()),
                null);
        claims.setMaxClockSkew(MOST_SECONDS_OFF);
        processor.setJWTClaimsSetVerifier(claims);
        try {
            return Optional.of(processor.process(token, null));
        } catch (ParseException | BadJOSEException | JOSEException e) {
            return Optional.empty();
        }
    }

    @Nullable
    private static String externalId(TrustedIssuer issuer, JWTClaimsSet claims) {
        return issuer.personClaim().equals("email") ? null : text(claims, issuer.personClaim());
    }

    /** An address that the issuer has not verified is only what somebody typed there. */
    @Nullable
    private static String email(TrustedIssuer issuer, JWTClaimsSet claims) {
        if (!issuer.personClaim().equals("email")) {
            return null;
        }
        String address = text(claims, "email");
        if (address == null || !Boolean.TRUE.equals(claims.getClaim("email_verified"))) {
            throw invalid();
        }
        return EmailAddress.normal(address);
    }

    @Nullable
    private static String text(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String text && !text.isBlank() ? text : null;
    }

    private static Problem invalid() {
        return new Problem(ErrorType.INVALID_TRUSTED_AUTH_TOKEN);
    }
}
