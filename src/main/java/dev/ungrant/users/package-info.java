/**
 * People of consumer projects, found by id or external id within the project. Deleting one ends their grants and sessions.
 *
 * <p>Table: {@code users}. Doors: {@code /v1/users, /sdk/v1/users/me}.
 */
package dev.ungrant.users;
