/**
 * People in organizations. A member is found by id or external id, always through an organization of the caller's
 * project. A deleted member is kept, deactivated: without sessions, without grants, and neither comes back with
 * reactivation; erased, nothing is left of them but ids. An organization that has an administrator keeps one, and nobody
 * gives a role that has more than they have, whoever acts by a session and through whichever door.
 *
 * <p>Table: {@code members}. Doors: {@code /v1/b2b/organizations/{organization}/members,
 * /sdk/v1/b2b/organizations/members}, and the pages at {@code /organization/members}.
 */
package dev.ungrant.members;
