package dev.ungrant.federation;

import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.web.TypedDomains;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The form of an organization's own sign-in: what stands in it and what is wrong with it. The secret is never shown again. */
record ProviderForm(
        String issuer, String clientId, String secret, String domains, boolean required, boolean newcomers) {
    private static final int LONGEST_ISSUER = 512;
    private static final int LONGEST_CLIENT = 255;
    private static final int LONGEST_SECRET = 1024;
    private static final int MOST_DOMAINS = 100;

    static ProviderForm of(Optional<SignInProvider> provider, boolean newcomers) {
        return provider.map(one -> new ProviderForm(
                        one.issuer(), one.clientId(), "", String.join("\n", one.domains()), one.required(), newcomers))
                .orElseGet(() -> new ProviderForm("", "", "", "", false, false));
    }

    static ProviderForm of(Map<String, String> sent) {
        return new ProviderForm(
                sent.getOrDefault("issuer", "").strip(),
                sent.getOrDefault("client_id", "").strip(),
                sent.getOrDefault("client_secret", "").strip(),
                sent.getOrDefault("domains", "").strip(),
                sent.containsKey("required"),
                sent.containsKey("newcomers"));
    }

    List<String> domainList() {
        return TypedDomains.of(domains);
    }

    List<String> wrongDomains() {
        return TypedDomains.wrong(domains);
    }

    /** By field, the last part of the key of what is to be said beside it. */
    Map<String, String> mistakes(boolean fresh) {
        Map<String, String> mistakes = new HashMap<>();
        if (issuer.length() > LONGEST_ISSUER || !isIssuer()) {
            mistakes.put("issuer", "issuer");
        }
        if (clientId.isEmpty() || clientId.length() > LONGEST_CLIENT || !isPlain(clientId)) {
            mistakes.put("client_id", "client-id");
        }
        if (secret.isEmpty() ? fresh : secret.length() > LONGEST_SECRET || !isPlain(secret)) {
            mistakes.put("client_secret", "client-secret");
        }
        if (!wrongDomains().isEmpty() || domainList().size() > MOST_DOMAINS) {
            mistakes.put("domains", "domains");
        }
        return mistakes;
    }

    /** An https address without a query (Discovery §3); on this machine http as well, which fetching refuses elsewhere. */
    private boolean isIssuer() {
        return SafeUrl.of(issuer)
                .filter(url -> URI.create(issuer).getRawQuery() == null
                        && URI.create(issuer).getRawFragment() == null
                        && !issuer.endsWith("/.well-known/openid-configuration"))
                .isPresent();
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    SignInProviders.Draft draft() {
        return new SignInProviders.Draft(issuer, clientId, secret, domainList(), required, newcomers);
    }

    @Override
    public String toString() {
        return "ProviderForm[" + issuer + "]";
    }
}
