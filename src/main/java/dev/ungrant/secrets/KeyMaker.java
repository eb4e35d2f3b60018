package dev.ungrant.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.X509CertUtils;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes signing keys: RSA with 3072 bits, or elliptic on P-256. */
final class KeyMaker {
    private static final int RSA_BITS = 3072;
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(3650);

    private KeyMaker() {}

    /**
     * @param secret with the private part, and nothing but the key
     * @param open what is published: without the private part, with certificate and use
     */
    record Pair(JWK secret, JWK open) {}

    static Pair make(SigningAlgorithm algorithm, String keyId) {
        try {
            return algorithm == SigningAlgorithm.RS256 ? rsa(keyId) : elliptic(keyId);
        } catch (JOSEException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Pair rsa(String keyId) throws JOSEException, GeneralSecurityException, OperatorCreationException {
        RSAKey key = new RSAKeyGenerator(RSA_BITS).keyID(keyId).generate();
        X509Certificate certificate = certificate(keyId, key.toRSAPublicKey(), key.toRSAPrivateKey(), "SHA256withRSA");
        JWK open = new RSAKey.Builder(key.toPublicJWK())
                .algorithm(JWSAlgorithm.RS256)
                .keyUse(KeyUse.SIGNATURE)
                .keyOperations(Set.of(KeyOperation.VERIFY))
                .x509CertChain(List.of(Base64.encode(certificate.getEncoded())))
                .x509CertSHA256Thumbprint(X509CertUtils.computeSHA256Thumbprint(certificate))
                .build();
        return new Pair(key, open);
    }

    private static Pair elliptic(String keyId)
            throws JOSEException, GeneralSecurityException, OperatorCreationException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
        X509Certificate certificate = certificate(keyId, key.toECPublicKey(), key.toECPrivateKey(), "SHA256withECDSA");
        JWK open = new ECKey.Builder(key.toPublicJWK())
                .algorithm(JWSAlgorithm.ES256)
                .keyUse(KeyUse.SIGNATURE)
                .keyOperations(Set.of(KeyOperation.VERIFY))
                .x509CertChain(List.of(Base64.encode(certificate.getEncoded())))
                .x509CertSHA256Thumbprint(X509CertUtils.computeSHA256Thumbprint(certificate))
                .build();
        return new Pair(key, open);
    }

    /** Clients of the contract want an {@code x5c}; nobody trusts the key because of it. */
    private static X509Certificate certificate(String keyId, PublicKey open, PrivateKey secret, String signature)
            throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=" + keyId);
        Instant now = Instant.now();
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(now.toEpochMilli()),
                                Date.from(now.minusSeconds(60)),
                                Date.from(now.plus(CERTIFICATE_LIFE)),
                                name,
                                open)
                        .build(new JcaContentSignerBuilder(signature).build(secret)));
    }
}
