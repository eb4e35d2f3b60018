/**
 * People in organizations. A member is found by id or external id, always through an organization of the caller's
 * project. A deleted member is kept, deactivated: without sessions, without grants, and neither comes back with
 * reactivation.
 *
 * <p>Table: {@code members}. Doors: {@code /v1/b2b/organizations/{organization}/members,
 * /sdk/v1/b2b/organizations/members}.
 */
package dev.ungrant.members;
