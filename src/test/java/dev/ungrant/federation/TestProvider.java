package dev.ungrant.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.SubjectType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A small OpenID provider on loopback that keeps to the rules, unless a test tells it to break one. */
public final class TestProvider implements AutoCloseable {
    public static final String CLIENT_ID = "ungrant-at-the-provider";
    public static final String CLIENT_SECRET = "secret of the/client+and more";

    private record Issued(String nonce, String challenge, String redirectUri) {}

    private final HttpServer server;
    private final Map<String, Issued> codes = new ConcurrentHashMap<>();
    private volatile RSAKey key;
    public volatile boolean promisesIssuer = true;
    public volatile String issuerSaid;
    public volatile Map<String, Object> person = Map.of();
    public volatile UnaryOperator<JWTClaimsSet> bend = UnaryOperator.identity();
    public volatile String signWith = "RS256";

    public TestProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        rotate();
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, 200, metadata()));
        server.createContext("/keys", exchange -> answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/token", this::token);
        server.createContext("/authorize", exchange -> {
            exchange.getResponseHeaders().set("Location", authorize(exchange.getRequestURI()));
            exchange.sendResponseHeaders(303, -1);
            exchange.close();
        });
        server.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void rotate() {
        try {
            key = new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String metadata() {
        try {
            OIDCProviderMetadata metadata = new OIDCProviderMetadata(
                    new Issuer(issuerSaid == null ? issuer() : issuerSaid),
                    List.of(SubjectType.PUBLIC),
                    URI.create(issuer() + "/keys"));
            metadata.setAuthorizationEndpointURI(URI.create(issuer() + "/authorize"));
            metadata.setTokenEndpointURI(URI.create(issuer() + "/token"));
            metadata.setResponseTypes(List.of(new com.nimbusds.oauth2.sdk.ResponseType("code")));
            metadata.setIDTokenJWSAlgs(List.of(JWSAlgorithm.RS256));
            metadata.setSupportsAuthorizationResponseIssuerParam(promisesIssuer);
            return metadata.toJSONObject().toJSONString();
        } catch (RuntimeException e) {
            throw new AssertionError(e);
        }
    }

    /** As the person's browser: asks with the address that it was sent to, and gets the address to go back to. */
    public String authorize(URI request) {
        Map<String, String> query = parameters(request.getRawQuery());
        if (!query.get("client_id").equals(CLIENT_ID) || !"S256".equals(query.get("code_challenge_method"))) {
            throw new AssertionError(query);
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, new Issued(query.get("nonce"), query.get("code_challenge"), query.get("redirect_uri")));
        return query.get("redirect_uri") + "?code=" + code + "&state=" + query.get("state")
                + (promisesIssuer ? "&iss=" + issuer() : "");
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String wanted = "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (CLIENT_ID + ':' + java.net.URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8));
        if (!wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        Issued issued = codes.remove(form.getOrDefault("code", ""));
        boolean good = issued != null
                && issued.redirectUri().equals(form.get("redirect_uri"))
                && CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(form.get("code_verifier")))
                        .getValue()
                        .equals(issued.challenge());
        answer(
                exchange,
                good ? 200 : 400,
                good
                        ? "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\"" + idToken(issued) + "\"}"
                        : "{\"error\":\"invalid_grant\"}");
    }

    private String idToken(Issued issued) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT_ID)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim("nonce", issued.nonce());
        person.forEach(builder::claim);
        JWTClaimsSet claims = bend.apply(builder.build());
        try {
            if (signWith.equals("none")) {
                return new PlainJWT(claims).serialize();
            }
            boolean shared = signWith.equals("HS256");
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.parse(signWith))
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(
                    shared
                            ? new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))
                            : new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    public static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
