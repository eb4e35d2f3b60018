/**
 * The integrator's tenants. An organization is found by its id, its external id or its slug, always within the caller's
 * project. It carries the policy that says which connected apps its members may let in; tightening it ends grants.
 *
 * <p>Table: {@code organizations}. Doors: {@code /v1/b2b/organizations, /sdk/v1/b2b/organizations}.
 */
package dev.ungrant.organizations;
