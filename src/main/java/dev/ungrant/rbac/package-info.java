/**
 * Who asks, about whom, and may they. {@link dev.ungrant.rbac.Caller} is a session or a project, {@link
 * dev.ungrant.rbac.Subject} a member or a user, {@link dev.ungrant.rbac.Policies} the only judge.
 *
 * <p>Tables: {@code policies, role_assignments}. Doors: {@code /v1/b2b/rbac, /v1/rbac}.
 */
package dev.ungrant.rbac;
