package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.OIDCClaimsRequest;
import com.nimbusds.openid.connect.sdk.claims.ClaimRequirement;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSetRequest;
import io.micronaut.core.annotation.Nullable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an app asks for by name (OpenID Connect Core §5.5). A claim is asked for by asking for its scope: that is what the person
 * reads on the page and says yes to, what the grant holds, and what ends with it. Which value a claim has is not for the app to
 * say, but for two of them: whom it is about, and how that was proven.
 *
 * @param scopes those that the claims come with
 * @param subject the one person whom the app will take an answer about, empty when nobody can be it; null: anybody
 * @param contextDemanded the app takes no answer without one of its authentication contexts, of which there are none here
 *     (§5.5.1.1)
 */
record RequestedClaims(Set<String> scopes, @Nullable String subject, boolean contextDemanded) {
    private static final RequestedClaims NONE = new RequestedClaims(Set.of(), null, false);

    static RequestedClaims of(AuthorizationRequest request) {
        return request instanceof AuthenticationRequest openId && openId.getOIDCClaims() != null
                ? of(openId.getOIDCClaims())
                : NONE;
    }

    private static RequestedClaims of(OIDCClaimsRequest request) {
        ClaimsSetRequest idToken = entries(request.getIDTokenClaimsRequest());
        ClaimsSetRequest userInfo = entries(request.getUserInfoClaimsRequest());
        Set<String> scopes = new LinkedHashSet<>();
        Set<Object> subjects = new LinkedHashSet<>();
        for (ClaimsSetRequest where : List.of(idToken, userInfo)) {
            where.getEntries()
                    .forEach(entry -> PersonClaims.scope(entry.getClaimName()).ifPresent(scopes::add));
            subjects.addAll(values(where.get("sub")));
        }
        ClaimsSetRequest.Entry context = idToken.get("acr");
        boolean demanded = context != null
                && context.getClaimRequirement() == ClaimRequirement.ESSENTIAL
                && !values(context).isEmpty();
        return new RequestedClaims(scopes, subject(subjects), demanded);
    }

    @Nullable
    private static String subject(Set<Object> named) {
        if (named.isEmpty()) {
            return null;
        }
        return named.size() == 1 && named.iterator().next() instanceof String one ? one : "";
    }

    private static ClaimsSetRequest entries(@Nullable ClaimsSetRequest request) {
        return request == null ? new ClaimsSetRequest() : request;
    }

    private static List<Object> values(@Nullable ClaimsSetRequest.Entry entry) {
        List<Object> values = new ArrayList<>();
        if (entry != null && entry.getRawValue() != null) {
            values.add(entry.getRawValue());
        }
        if (entry != null && entry.getValuesAsRawList() != null) {
            values.addAll(entry.getValuesAsRawList());
        }
        return values;
    }
}
