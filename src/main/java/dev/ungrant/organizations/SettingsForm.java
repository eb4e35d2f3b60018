package dev.ungrant.organizations;

import dev.ungrant.connectedapps.SafeUrl;
import dev.ungrant.web.Problem;
import dev.ungrant.web.TypedDomains;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The form of the general settings: what stands in it, what is wrong with it, and what it changes.
 *
 * @param domains as somebody typed them, one a line
 * @param invites a value of {@code email_invites}
 */
record SettingsForm(String name, String slug, String logo, String domains, String invites) {
    private static final int LONGEST_LOGO = 2048;
    private static final int MOST_DOMAINS = 100;
    private static final Set<String> INVITES = Set.of("ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED");

    /** The fields and the actions on {@code stytch.organization} that they take. */
    static final Map<String, String> ACTIONS = Map.of(
            "name", "update.info.name",
            "slug", "update.info.slug",
            "logo", "update.info.logo-url",
            "domains", "update.settings.allowed-domains",
            "invites", "update.settings.email-invites");

    static SettingsForm of(Organization organization) {
        return new SettingsForm(
                organization.name(),
                organization.slug(),
                organization.logoUrl(),
                String.join("\n", organization.settings().emailAllowedDomains()),
                organization.settings().emailInvites());
    }

    /** A field that was not in the form stays as it is. */
    static SettingsForm of(Map<String, String> sent, Organization organization) {
        SettingsForm present = of(organization);
        return new SettingsForm(
                sent.getOrDefault("name", present.name).strip(),
                sent.getOrDefault("slug", present.slug).strip(),
                sent.getOrDefault("logo", present.logo).strip(),
                sent.getOrDefault("domains", present.domains).strip(),
                sent.getOrDefault("invites", present.invites));
    }

    List<String> domainList() {
        return TypedDomains.of(domains);
    }

    /** By field, the last part of the key of what is to be said beside it. */
    Map<String, String> mistakes() {
        Map<String, String> mistakes = new HashMap<>();
        if (name.isEmpty() || name.length() > 128) {
            mistakes.put("name", name.isEmpty() ? "name.missing" : "name.long");
        }
        if (!isSlug()) {
            mistakes.put("slug", "slug");
        }
        if (!logo.isEmpty() && (logo.length() > LONGEST_LOGO || SafeUrl.of(logo).isEmpty())) {
            mistakes.put("logo", "logo");
        }
        if (domainList().size() > MOST_DOMAINS) {
            mistakes.put("domains", "domains.many");
        } else if (!wrongDomains().isEmpty()) {
            mistakes.put("domains", "domains");
        }
        if (!INVITES.contains(invites)) {
            mistakes.put("invites", "invites");
        } else if (invites.equals("RESTRICTED") && domainList().isEmpty()) {
            mistakes.put("invites", "invites.no-domain");
        }
        return mistakes;
    }

    private boolean isSlug() {
        try {
            Slug.require(slug);
            return true;
        } catch (Problem e) {
            return false;
        }
    }

    List<String> wrongDomains() {
        return TypedDomains.wrong(domains);
    }

    /** What differs from the organization, as the API names it. */
    Map<String, Object> changes(Organization organization) {
        SettingsForm present = of(organization);
        Map<String, Object> changes = new LinkedHashMap<>();
        if (!name.equals(present.name)) {
            changes.put("organization_name", name);
        }
        if (!slug.equals(present.slug)) {
            changes.put("organization_slug", slug);
        }
        if (!logo.equals(present.logo)) {
            changes.put("organization_logo_url", logo);
        }
        if (!domainList().equals(present.domainList())) {
            changes.put("email_allowed_domains", domainList().isEmpty() ? null : domainList());
        }
        if (!invites.equals(present.invites)) {
            changes.put("email_invites", invites);
        }
        return changes;
    }
}
