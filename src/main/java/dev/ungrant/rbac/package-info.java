/**
 * Who asks, about whom, and may they. {@link dev.ungrant.rbac.Caller} is a session or a project, {@link
 * dev.ungrant.rbac.Subject} a member or a user, {@link dev.ungrant.rbac.Policies} the only judge.
 *
 * <p>Table: {@code policies}. Doors: none here; every verb asks at its top.
 */
package dev.ungrant.rbac;
