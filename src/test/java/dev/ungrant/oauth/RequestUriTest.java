package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.annotation.Property;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that are at an address (OpenID Connect Core §6.2), from a real server on loopback. */
@Property(name = "ungrant.fetching.loopback", value = "true")
final class RequestUriTest extends RequestObjectApps {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer site;
    private String address;
    private volatile String body;
    private volatile String contentType = "application/jwt";
    private volatile int status = 200;

    @BeforeEach
    void publish() throws IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        site.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.getResponseHeaders().set("Location", address + "/elsewhere");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        site.start();
        address = "http://127.0.0.1:" + site.getAddress().getPort() + "/requesturi/x7";
        body = signed(claims("openid", "email").build());
        registered(address);
    }

    @AfterEach
    void close() {
        site.stop(0);
    }

    private void registered(String... addresses) {
        backend.put("/v1/connected_apps/clients/" + calendar.id(), Map.of("request_uris", List.of(addresses)))
                .ok();
    }

    private void refusedUri(String requestUri) {
        refusedToApp(surfer(ben).get(authorize(beside("request_uri", requestUri))), "invalid_request_uri");
    }

    /** Modules oidcc-request-uri-signed-rs256 and -unsigned, with the fragment that they register. */
    @Test
    void requestAtARegisteredAddressIsFetchedAndRead() {
        String named = address + "#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        registered(named);
        JWTClaimsSet claims = claims("openid", "email").build();
        for (String object : List.of(
                signed(claims, JWSAlgorithm.RS256, null),
                plain(claims),
                signed(claims, JWSAlgorithm.PS256, RFC_9101))) {
            body = object;
            Surfer browser = surfer(ben);
            Document page = browser.consent(little("request_uri", named));
            assertThat(scopes(page)).containsExactlyInAnyOrder("openid", "email");
            codeIn(browser.press(page, "consent-allow"));
            backend.post(revokeOf(ben, calendar), null).ok();
        }
        assertThat(asked).containsOnly("/requesturi/x7").hasSize(3);
        contentType = "application/oauth-authz-req+jwt; charset=utf-8";
        surfer(ben).consent(little("request_uri", named));
    }

    /** Strictly: where objects are fetched from is not for whoever sends a browser to say. */
    @Test
    void addressThatIsNotRegisteredToTheLetterIsNotAskedFor() {
        String base = address.substring(0, address.length() - 3);
        for (String other : List.of(
                address + "?x=1",
                address + "#fragment",
                address + "/",
                address.toUpperCase(Locale.ROOT),
                base + "/%78/../x7",
                base + "x7",
                base + "x8",
                address.replace("http:", "https:"),
                address.replace("//127", "//user@127"),
                "file:///etc/passwd",
                "urn:ietf:params:oauth:request",
                "x")) {
            refusedUri(other);
        }
        Client notes = app(backend, "third_party", Map.of("jwks", open(key, rsa)));
        calendar = notes;
        refusedUri(address);
        Map<String, String> nobody = beside("request_uri", address);
        nobody.put("client_id", "connected-app-test-" + UUID.randomUUID());
        refusedOnPage(surfer(ben).get(authorize(nobody)));
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsNoObjectIsRefused() {
        String good = body;
        for (int code : List.of(302, 404, 500)) {
            status = code;
            refusedUri(address);
        }
        assertThat(asked).containsOnly("/requesturi/x7");
        status = 200;
        for (String type : List.of("text/html", "application/json", "text/plain")) {
            contentType = type;
            refusedUri(address);
        }
        contentType = "application/jwt";
        for (String text : List.of("", "nonsense", "<html>", good + "x", good + ".x", good + " ".repeat(16 * 1024))) {
            body = text;
            refusedUri(address);
        }
        body = signed(claims(builder -> builder.audience("https://other.example")));
        refusedUri(address);
        body = signed(claims(builder -> builder.claim("request_uri", address)));
        refusedUri(address);
        body = signed(claims(builder -> builder.claim("redirect_uri", "https://evil.example/")));
        refusedOnPage(surfer(ben).get(authorize(beside("request_uri", address))));
        body = good;
        surfer(ben).consent(little("request_uri", address));
    }

    /** D02: this machine is let off for the test, and nothing else is. */
    @Test
    void d02PrivateAddressesAreRefused() {
        for (String other : List.of("https://10.0.0.1/x", "https://169.254.169.254/x", "https://[fd00:ec2::254]/x")) {
            registered(other);
            refusedUri(other);
        }
    }

    /** C08: what was shown is what is granted, whatever is at the address by then. */
    @Test
    void c08WhatIsAtTheAddressAfterwardsChangesNothing() {
        body = signed(claims("openid").build());
        Surfer browser = surfer(ben);
        Document page = browser.consent(little("request_uri", address));
        assertThat(scopes(page)).containsExactly("openid");
        body = signed(claims(builder ->
                builder.claim("scope", "openid email offline_access").claim("redirect_uri", "https://evil.example/")));
        Connection connection = redeem(codeIn(browser.press(page, "consent-allow")));
        assertThat(connection.answer().text("scope")).isEqualTo("openid");
        assertThat(connection.refreshToken()).isNull();
        assertThat(asked).hasSize(1);
    }

    @Test
    void keysAtAnAddressOfTheAppsOwnAreUsed() {
        String object = body;
        registered();
        body = new JWKSet(List.of(key, rsa)).toPublicJWKSet().toString();
        contentType = "application/jwk-set+json";
        backend.put("/v1/connected_apps/clients/" + calendar.id(), Map.of("jwks_uri", address))
                .ok();
        surfer(ben).consent(little("request", object));
        surfer(ben).consent(little("request", object));
        assertThat(asked).hasSize(1);
    }
}
