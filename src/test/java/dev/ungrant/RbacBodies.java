package dev.ungrant;

import io.micronaut.core.annotation.Nullable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is sent, valid wherever that is feasible, so that the answer is about rights and not about shape. */
final class RbacBodies {
    /** Where the form of a route is drawn whose hidden fields are wanted with it. */
    private static final Map<String, String> PAGES = Map.of(
            "POST /organization/policy",
            "/organization/policy/preview?third=none",
            "POST /organization/settings",
            "/organization/settings",
            "POST /organization/settings/sign-in",
            "/organization/settings/sign-in");

    /** What an organization says of its own provider. */
    static final Map<String, String> PROVIDER = Map.of(
            "issuer", "https://127.0.0.1:9", "client_id", "ungrant", "client_secret", "shared with the provider");

    /** To the endpoints for apps, whatever they are asked: only the key is missing. */
    static final String OAUTH = "token=nothing&grant_type=client_credentials&response_type=code";

    private RbacBodies() {}

    static Map<String, Object> of(String route, RbacCast cast) {
        String fresh = UUID.randomUUID().toString().substring(0, 8);
        Map<String, Object> body = new HashMap<>();
        boolean b2b = route.contains("b2b");
        if (route.contains("/idp/")) {
            body.putAll(Map.of(
                    "client_id",
                    cast.app(!b2b),
                    "redirect_uri",
                    "https://app.example/callback",
                    "response_type",
                    "code",
                    "scopes",
                    List.of("openid"),
                    "consent_granted",
                    true,
                    "code_challenge",
                    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
            if (route.contains(" /v1/") && b2b) {
                body.put("organization_id", cast.acme().get("organization_id"));
                body.put("member_id", cast.ben().get("member_id"));
            } else if (route.contains(" /v1/")) {
                body.put("user_id", cast.uma().get("user_id"));
            }
            return body;
        }
        if (route.endsWith("/members/search")) {
            body.put("organization_ids", List.of(cast.acme().get("organization_id")));
            return body;
        }
        if (route.endsWith("/search")) {
            return body;
        }
        if (route.endsWith("/sessions/revoke") && route.contains(" /v1/b2b/")) {
            body.put("member_id", cast.ben().get("member_id"));
            return body;
        }
        if (route.contains(" /v1/") && route.matches(".*/sessions/(authenticate|revoke)")) {
            body.put("session_token", cast.session(RbacCaller.MEMBER, !b2b));
            return body;
        }
        if (route.endsWith(" /v1/embed/sessions")) {
            body.put("organization_id", cast.acme().get("organization_id"));
            body.put("member_id", cast.ben().get("member_id"));
            body.put("embed_origin", cast.origin());
            return body;
        }
        if (route.startsWith("PUT ") && route.contains("/rbac/organizations/")) {
            body.put("org_policy", Map.of("roles", List.of()));
            return body;
        }
        if (route.matches("POST .*/(organizations|members|users|clients|invite)")) {
            body.put("organization_name", "Fresh " + fresh);
            body.put("email_address", fresh + "@acme.example");
            body.put("email", fresh + "@shop.example");
            body.put("client_name", "Fresh");
            body.put("client_type", "third_party");
            body.put("redirect_urls", List.of("https://app.example/callback"));
            return body;
        }
        if (route.startsWith("PUT ")) {
            body.put("name", route.contains("users") ? Map.of("first_name", "Taken") : "Taken");
            body.put("organization_name", "Taken " + fresh);
            body.put("client_name", "Taken");
            return body;
        }
        return body;
    }

    /**
     * One form for all pages: each reads its own fields of it.
     *
     * @param caller null for whoever is not signed in
     */
    static String form(String route, @Nullable RbacCaller caller, RbacCast cast) {
        String fresh = UUID.randomUUID().toString().substring(0, 8);
        Map<String, String> fields = new LinkedHashMap<>();
        if (caller != null) {
            fields.putAll(drawn(route, caller, cast));
            fields.put("form_token", cast.formToken(caller));
        }
        fields.put("email_address", fresh + "@acme.example");
        fields.put("email", fresh + "@acme.example");
        fields.put("name", "Taken " + fresh);
        fields.put("typed", cast.addressOfDan());
        fields.put("reason", "Asked for");
        fields.put("language", "en");
        fields.put("zone", "UTC");
        fields.put("role", "reader");
        fields.put("permission", "stytch.member search");
        fields.put("origin", "https://host.example");
        if (route.endsWith("/settings/sign-in")) {
            fields.putAll(PROVIDER);
        }
        if (route.matches("POST .*/apps/(selected|revoke|ask-again)")) {
            fields.put("app", cast.app(false));
        }
        if (route.startsWith("POST /organization/apps/")) {
            fields.put("of", cast.app(false));
            fields.put("item", (String) cast.ben().get("member_id"));
        }
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    /**
     * What the hidden fields of the form hold. Whoever may not see the page has them from an administrator of the organization: they
     * are no secrets, and without them the answer would be about what is missing.
     */
    private static Map<String, String> drawn(String route, RbacCaller caller, RbacCast cast) {
        String page = PAGES.get(route);
        if (page == null) {
            return Map.of();
        }
        boolean own = caller == RbacCaller.FOREIGN_ADMIN || caller == RbacCaller.OTHER_PROJECT;
        return cast.hiddenFields(page, route.substring("POST ".length()), own ? caller : RbacCaller.ADMIN);
    }
}
