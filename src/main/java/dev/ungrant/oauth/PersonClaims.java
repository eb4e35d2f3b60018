package dev.ungrant.oauth;

import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.rbac.Person;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is said of a person, by scope (OpenID Connect Core §5.4, contract §8.2). What is not known is left out. */
final class PersonClaims {
    /** Every claim that may be said, for the metadata. */
    static final List<String> NAMES = List.of(
            "name",
            "given_name",
            "middle_name",
            "family_name",
            "email",
            "email_verified",
            "phone_number",
            "phone_number_verified");

    private PersonClaims() {}

    /** The scope that the claim comes with; empty when it is none that is said of a person here. */
    static Optional<String> scope(String claim) {
        if (!NAMES.contains(claim)) {
            return Optional.empty();
        }
        return Optional.of(claim.startsWith("email") ? "email" : claim.startsWith("phone") ? "phone" : "profile");
    }

    static Map<String, Object> of(Person person, Scopes scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        if (scopes.contains("profile")) {
            put(claims, "name", person.name());
            put(claims, "given_name", person.givenName());
            put(claims, "middle_name", person.middleName());
            put(claims, "family_name", person.familyName());
        }
        if (scopes.contains("email") && person.emailAddress() != null) {
            claims.put("email", person.emailAddress());
            claims.put("email_verified", person.emailVerified());
        }
        if (scopes.contains("phone") && person.phoneNumber() != null) {
            claims.put("phone_number", person.phoneNumber());
            // Nothing here verifies one.
            claims.put("phone_number_verified", false);
        }
        return claims;
    }

    private static void put(Map<String, Object> claims, String name, String value) {
        if (!value.isBlank()) {
            claims.put(name, value);
        }
    }
}
