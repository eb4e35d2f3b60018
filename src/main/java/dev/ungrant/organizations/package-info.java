/**
 * The integrator's tenants. An organization is found by its id, its external id or its slug, always within the caller's
 * project. It carries the policy that says which connected apps its members may let in; tightening it ends grants.
 *
 * <p>An organization's administrators change its name, logo, domains and roles on pages; what these write is what the API
 * writes, and nobody gives by a role what they do not hold.
 *
 * <p>Tables: {@code organizations}. Doors: {@code /v1/b2b/organizations, /sdk/v1/b2b/organizations
 * /organization/settings}.
 */
package dev.ungrant.organizations;
