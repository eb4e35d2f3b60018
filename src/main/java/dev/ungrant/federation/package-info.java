/**
 * Signing in to the portal with the organization's own OpenID provider. Its administrators name the provider; from then on whoever
 * the provider vouches for becomes the member with that verified address, and stays that member by the provider's own id. Where the
 * organization allows it, people with an address of its domains become members by it. The code comes back to an address of the
 * organization's own, so that no other organization's provider can be put in between (RFC 9700 §4.4).
 *
 * <p>Tables: {@code sign_in_providers, provider_links, provider_sign_ins}. Doors: {@code /organization/settings/sign-in,
 * /sign-in/organization, /sign-in/{slug}, /sign-in/go/{key}, /sign-in/callback/{organization}}.
 */
package dev.ungrant.federation;
