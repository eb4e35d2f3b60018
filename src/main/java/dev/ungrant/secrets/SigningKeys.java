package dev.ungrant.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The keys that sign session JWTs, jwt access tokens and ID tokens: RSA 3072, RS256, encrypted at rest. One set for the
 * whole installation; {@code aud} keeps projects apart. The first node to start makes the first key.
 */
@Singleton
public final class SigningKeys {
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(3650);

    private final SigningKeyRepository repository;
    private final Pepper pepper;
    private volatile Loaded loaded;

    private record Loaded(RSAKey signing, JWSSigner signer, Map<String, RSAKey> byId, List<Map<String, Object>> jwks) {}

    SigningKeys(SigningKeyRepository repository, Pepper pepper) {
        this.repository = repository;
        this.pepper = pepper;
    }

    /**
     * The signed, serialised JWT; header {@code typ: JWT}, which the clients insist on (contract §1.9). The audience is an
     * array even when it is one, as the contract has it (§10).
     */
    public String sign(JWTClaimsSet claims) {
        Loaded keys = keys();
        Map<String, Object> payload = claims.toJSONObject();
        payload.put("aud", claims.getAudience());
        JWSObject jwt = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .keyID(keys.signing.getKeyID())
                        .build(),
                new Payload(payload));
        try {
            jwt.sign(keys.signer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    /** The claims of a JWT that one of our keys signed with RS256; empty for anything else. Times are not looked at. */
    public Optional<JWTClaimsSet> verify(String text) {
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            JWSHeader header = jwt.getHeader();
            RSAKey key = header.getKeyID() == null ? null : keys().byId.get(header.getKeyID());
            if (key == null || !JWSAlgorithm.RS256.equals(header.getAlgorithm())) {
                return Optional.empty();
            }
            return jwt.verify(new RSASSAVerifier(key.toRSAPublicKey()))
                    ? Optional.of(jwt.getJWTClaimsSet())
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }

    /** The public keys as a JWKS {@code keys} member, with both spellings of the thumbprint (contract §1.11). */
    public List<Map<String, Object>> jwks() {
        return keys().jwks;
    }

    private Loaded keys() {
        Loaded current = loaded;
        return current != null ? current : load();
    }

    private synchronized Loaded load() {
        if (loaded == null) {
            List<SigningKeyRow> rows = repository.offered();
            if (rows.isEmpty()) {
                create();
                rows = repository.offered();
            }
            loaded = toLoaded(rows);
        }
        return loaded;
    }

    private Loaded toLoaded(List<SigningKeyRow> rows) {
        try {
            Map<String, RSAKey> byId = new HashMap<>();
            List<Map<String, Object>> jwks = new java.util.ArrayList<>();
            for (SigningKeyRow row : rows) {
                RSAKey publicKey = RSAKey.parse(row.publicJwk());
                byId.put(row.keyId(), publicKey);
                Map<String, Object> jwk = new LinkedHashMap<>(publicKey.toJSONObject());
                jwk.put("x5tS256", publicKey.getX509CertSHA256Thumbprint().toString());
                jwks.add(jwk);
            }
            String privateJwk = new String(pepper.decrypt(rows.getFirst().privateJwk()), StandardCharsets.UTF_8);
            RSAKey signing = RSAKey.parse(privateJwk);
            return new Loaded(signing, new RSASSASigner(signing), Map.copyOf(byId), List.copyOf(jwks));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void create() {
        try {
            String keyId = WireId.of("jwk", UUID.randomUUID());
            RSAKey bare = new RSAKeyGenerator(3072).keyID(keyId).generate();
            X509Certificate certificate = certificate(bare, keyId);
            byte[] der = certificate.getEncoded();
            RSAKey key = new RSAKey.Builder(bare)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyOperations(Set.of(KeyOperation.VERIFY))
                    .x509CertChain(List.of(Base64.encode(der)))
                    .x509CertSHA256Thumbprint(X509CertUtils.computeSHA256Thumbprint(certificate))
                    .build();
            repository.insertFirst(
                    keyId,
                    key.toPublicJWK().toJSONString(),
                    pepper.encrypt(bare.toJSONString().getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Clients of the contract want an {@code x5c}; nobody trusts the key because of it. */
    private static X509Certificate certificate(RSAKey key, String keyId)
            throws JOSEException, GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=" + keyId);
        Instant now = Instant.now();
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(now.toEpochMilli()),
                                Date.from(now.minusSeconds(60)),
                                Date.from(now.plus(CERTIFICATE_LIFE)),
                                name,
                                key.toRSAPublicKey())
                        .build(new JcaContentSignerBuilder("SHA256withRSA").build(key.toRSAPrivateKey())));
    }
}
