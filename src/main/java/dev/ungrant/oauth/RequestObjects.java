package dev.ungrant.oauth;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.fetching.FetchException;
import dev.ungrant.fetching.Fetching;
import dev.ungrant.web.Json;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that come as a JWT, or as the address of one (OpenID Connect Core §6, RFC 9101). Such an object is read once, as it
 * comes, and what it says is from then on a request like any other: its redirect URI, its scopes and all the rest are looked at
 * by {@link RequestRules}. So it lets nobody do what plain parameters do not.
 */
@Singleton
final class RequestObjects {
    private static final Logger LOG = LoggerFactory.getLogger(RequestObjects.class);
    private static final Set<String> TYPES =
            Set.of("application/oauth-authz-req+jwt", "application/jwt", "application/jose");
    private static final int MOST_BYTES = 16 * 1024;

    /** A quarter of what a node fetches at once: strangers can ask for these, and keys must be had all the same. */
    private static final int AT_ONCE = 4;

    private final RequestObjectProof proof;
    private final Fetching fetching;
    private final RateLimits limits;
    private final Json json;
    private final Semaphore places = new Semaphore(AT_ONCE);

    RequestObjects(RequestObjectProof proof, Fetching fetching, RateLimits limits, Json json) {
        this.proof = proof;
        this.fetching = fetching;
        this.limits = limits;
        this.json = json;
    }

    /** An object that counts for nothing; the message says why, in words for a log. */
    static final class Refused extends Exception {
        Refused(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * What came with a browser, with what its object says. That wins; what it leaves out is taken from beside it (Core §6.1),
     * unless its type says that it is one of RFC 9101, beside which nothing counts (§6.3). May fetch, which takes up to five
     * seconds, so it must not be called in a transaction.
     *
     * @param given the parameters that mean something here
     * @return the same, {@code request} or {@code request_uri} still among them, when the object is not good; {@link RequestRules}
     *     refuses these
     * @throws Problem when the app's objects are fetched too often, or it is larger than any request that makes sense
     */
    Map<String, List<String>> resolved(ConnectedApp app, Map<String, List<String>> given) {
        return resolved(app, given, false);
    }

    /** The same for a request that the app pushes: nothing counts beside the object, and it is signed (RFC 9126 §3). */
    Map<String, List<String>> pushed(ConnectedApp app, Map<String, List<String>> given) {
        return resolved(app, given, true);
    }

    private Map<String, List<String>> resolved(ConnectedApp app, Map<String, List<String>> given, boolean pushed) {
        boolean byValue = given.containsKey("request");
        if (byValue == given.containsKey("request_uri")) {
            return given;
        }
        try {
            String value = RequestParameters.single(given, byValue ? "request" : "request_uri");
            if (value == null) {
                throw new Refused("it is empty or repeated");
            }
            JWT object = JWTParser.parse(byValue ? value : fetched(app, value));
            boolean alone = pushed || RequestObjectProof.isOfRfc9101(object);
            return RequestParameters.kept(assembled(given, proof.claims(app, given, object, alone), alone));
        } catch (Refused | ParseException e) {
            LOG.info(
                    "A request object of {} is refused: {}",
                    app.wireId(),
                    e instanceof Refused ? e.getMessage() : "it is no JWT");
            return given;
        }
    }

    /**
     * What is at one of the addresses that the app has registered, to the letter (Core §6.2). A fragment is part of its name
     * and tells those who keep a copy that there is another one now; nothing is kept here.
     */
    private String fetched(ConnectedApp app, String address) throws Refused {
        if (!json.strings(app.requestUris()).contains(address)) {
            throw new Refused("its address is not one of the app's request_uris");
        }
        limits.countRequestObject(app.wireId());
        if (!places.tryAcquire()) {
            throw new Refused("too many are being fetched already");
        }
        try {
            byte[] body =
                    fetching.get(address.split("#", 2)[0], TYPES, MOST_BYTES).body();
            return new String(body, StandardCharsets.US_ASCII).strip();
        } catch (FetchException e) {
            throw new Refused(e.getMessage());
        } finally {
            places.release();
        }
    }

    private static Map<String, List<String>> assembled(
            Map<String, List<String>> given, JWTClaimsSet claims, boolean alone) throws Refused {
        Map<String, List<String>> all = new LinkedHashMap<>(alone ? Map.of() : given);
        all.remove("request");
        all.remove("request_uri");
        for (Map.Entry<String, Object> claim : claims.getClaims().entrySet()) {
            if (RequestParameters.isKept(claim.getKey()) && claim.getValue() != null) {
                all.put(claim.getKey(), values(claim.getKey(), claim.getValue()));
            }
        }
        // The one by which the app was found, which the object has confirmed.
        all.put("client_id", given.get("client_id"));
        return all;
    }

    /** RFC 9101 §4: JSON values keep their types, so that {@code max_age} is a number and {@code claims} an object. */
    private static List<String> values(String name, Object value) throws Refused {
        return switch (value) {
            case String text -> List.of(text);
            case Number number -> List.of(number.toString());
            case Map<?, ?> object
            when name.equals("claims") -> {
                @SuppressWarnings("unchecked")
                Map<String, Object> members = (Map<String, Object>) object;
                yield List.of(JSONObjectUtils.toJSONString(members));
            }
            case List<?> list
            when name.equals("resource") && list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).toList();
            default -> throw new Refused(name + " has a type that it cannot have");
        };
    }
}
