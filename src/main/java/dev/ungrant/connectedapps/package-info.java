/**
 * THE HEART: apps and grants. {@link dev.ungrant.connectedapps.Grants#revoke} is the only way a person's access is taken
 * back, and after it returns no code, access token or refresh token of the grant works at any node.
 *
 * <p>Tables: {@code connected_apps, connected_app_secrets, grants, grant_usage, connections}. Doors:
 * {@code /v1/.../connected_apps}, {@code /sdk/v1/.../connected_apps}, {@code /v1/connected_apps/clients}, and the
 * pages at {@code /, /apps, /removed, /organization/members/{member}/apps}.
 */
package dev.ungrant.connectedapps;
