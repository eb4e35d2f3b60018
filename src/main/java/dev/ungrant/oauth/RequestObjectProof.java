package dev.ungrant.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.oauth.RequestObjects.Refused;
import dev.ungrant.projects.Projects;
import dev.ungrant.registration.ClientKeys;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether an app itself made a request object, for this server and for now: signed with one of its keys, or, where that is
 * allowed, not signed at all. An object that is not signed proves nothing and so gives nothing: it is the parameters in
 * another form.
 */
@Singleton
final class RequestObjectProof {
    static final List<JWSAlgorithm> ALGORITHMS = Assertions.ALGORITHMS;

    private static final JOSEObjectType RFC_9101 = new JOSEObjectType("oauth-authz-req+jwt");

    /** So that no proof, ID token or other thing that the app signs is taken for a request (RFC 9101 §10.8). */
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES =
            new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, RFC_9101, null);

    private final ClientKeys keys;
    private final Projects projects;
    private final Issuers issuers;

    RequestObjectProof(ClientKeys keys, Projects projects, Issuers issuers) {
        this.keys = keys;
        this.projects = projects;
        this.issuers = issuers;
    }

    static boolean isOfRfc9101(JWT object) {
        return RFC_9101.equals(object.getHeader().getType());
    }

    /**
     * What the object says.
     *
     * @param given what came beside it
     * @param alone nothing of that counts; then the object must be signed and name its app (RFC 9101 §§5 and 6.3)
     * @throws Refused when it is not the app's, not for us, not for now, or contradicts what came beside it
     */
    JWTClaimsSet claims(ConnectedApp app, Map<String, List<String>> given, JWT object, boolean alone) throws Refused {
        String algorithm = object.getHeader().getAlgorithm().getName();
        if (app.requestObjectAlg() != null && !app.requestObjectAlg().wireName().equals(algorithm)) {
            throw new Refused("its algorithm is not the registered one");
        }
        try {
            JWTClaimsSet claims = switch (object) {
                case SignedJWT signed -> signed(app, signed);
                case PlainJWT plain when !alone -> plain(app, plain);
                default -> throw new Refused("it is not signed");
            };
            checkApp(app, claims, alone);
            checkResponse(given, claims);
            return claims;
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw new Refused(e.getMessage());
        }
    }

    private JWTClaimsSet signed(ConnectedApp app, SignedJWT object) throws BadJOSEException, JOSEException {
        try {
            return processor(app, keys.of(app)).process(object, null);
        } catch (BadJWTException e) {
            throw e;
        } catch (BadJOSEException e) {
            // The app may have changed its keys.
            return processor(app, keys.renewed(app)).process(object, null);
        }
    }

    private DefaultJWTProcessor<SecurityContext> processor(ConnectedApp app, JWKSet keys) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(Set.copyOf(ALGORITHMS), new ImmutableJWKSet<>(keys)));
        processor.setJWTClaimsSetVerifier(verifier(app));
        return processor;
    }

    private JWTClaimsSet plain(ConnectedApp app, PlainJWT object) throws BadJOSEException, ParseException {
        TYPES.verify(object.getHeader().getType(), null);
        JWTClaimsSet claims = object.getJWTClaimsSet();
        verifier(app).verify(claims, null);
        return claims;
    }

    /** Its times, its audience, which may be left out and must be right if it is not, and no request within a request. */
    private DefaultJWTClaimsVerifier<SecurityContext> verifier(ConnectedApp app) {
        String issuer = issuers.of(projects.get(app.projectId()));
        return new DefaultJWTClaimsVerifier<>(
                new HashSet<>(Arrays.asList(issuer, null)), null, Set.of(), Set.of("request", "request_uri"));
    }

    private static void checkApp(ConnectedApp app, JWTClaimsSet claims, boolean alone) throws Refused, ParseException {
        List<String> names = Stream.of(app.wireId(), app.clientIdMetadataUrl()).toList();
        String clientId = claims.getStringClaim("client_id");
        if (clientId == null ? alone : !names.contains(clientId)) {
            throw new Refused("its client_id is not the app's");
        }
        if (claims.getIssuer() != null && !names.contains(claims.getIssuer())) {
            throw new Refused("its issuer is not the app");
        }
        // RFC 9101 §10.8: that would be an assertion by which the app authenticates.
        if (claims.getSubject() != null && names.contains(claims.getSubject())) {
            throw new Refused("its subject is the app");
        }
    }

    /** Core §6.1: what is needed for a valid request of OAuth stands beside the object and is the same in it. */
    private static void checkResponse(Map<String, List<String>> given, JWTClaimsSet claims)
            throws Refused, ParseException {
        String beside = RequestParameters.single(given, "response_type");
        String within = claims.getStringClaim("response_type");
        if (beside != null && within != null && !beside.equals(within)) {
            throw new Refused("its response_type is another one than beside it");
        }
    }
}
