package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.core.annotation.Nullable;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Apps with keys of their own that put what they ask into a JWT (OpenID Connect Core §6, RFC 9101). */
abstract class RequestObjectApps extends HostedPageTest {
    static final JOSEObjectType RFC_9101 = new JOSEObjectType("oauth-authz-req+jwt");

    static ECKey key;
    static RSAKey rsa;

    @BeforeAll
    static void keys() throws JOSEException {
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        rsa = new RSAKeyGenerator(2048).keyID("two").generate();
    }

    @BeforeEach
    void signing() {
        calendar = app(backend, "third_party", Map.of("client_name", "Calendar", "jwks", open(key, rsa)));
    }

    static Map<String, Object> open(JWK... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toJSONObject();
    }

    /** What a well-behaved app says in an object: all that it asks, who it is, and for whom. */
    JWTClaimsSet.Builder claims(String... scopes) {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder().issuer(calendar.id()).audience(issuer());
        asking(calendar, scopes).forEach(claims::claim);
        return claims;
    }

    JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = claims("openid");
        change.accept(claims);
        return claims.build();
    }

    static String signed(JWTClaimsSet claims) {
        return signed(claims, JWSAlgorithm.ES256, null);
    }

    static String signed(JWTClaimsSet claims, JWSAlgorithm algorithm, @Nullable JOSEObjectType type) {
        try {
            return JWSAlgorithm.ES256.equals(algorithm)
                    ? signed(claims, algorithm, type, key.getKeyID(), new ECDSASigner(key))
                    : signed(claims, algorithm, type, rsa.getKeyID(), new RSASSASigner(rsa));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String signed(
            JWTClaimsSet claims,
            JWSAlgorithm algorithm,
            @Nullable JOSEObjectType type,
            @Nullable String keyId,
            JWSSigner signer) {
        try {
            SignedJWT object = new SignedJWT(
                    new JWSHeader.Builder(algorithm).type(type).keyID(keyId).build(), claims);
            object.sign(signer);
            return object.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String plain(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    static String plain(JWTClaimsSet claims, JOSEObjectType type) {
        return new PlainJWT(new PlainHeader.Builder().type(type).build(), claims).serialize();
    }

    /** With all of it in the address too, so that a refusal has somewhere to go. */
    Map<String, String> beside(String name, String value) {
        return asking(calendar, Map.of(name, value), "openid");
    }

    /** With nothing in the address but what OAuth wants there (Core §6.1). */
    Map<String, String> little(String name, String value) {
        return new HashMap<>(
                Map.of("client_id", calendar.id(), "response_type", "code", "scope", "openid", name, value));
    }

    static List<String> scopes(Document page) {
        return page.select("#consent-permits li").eachAttr("data-scope");
    }

    void refused(String object) {
        HttpResponse<String> response = surfer(ben).get(authorize(beside("request", object)));
        refusedToApp(response, "invalid_request_object");
    }
}
