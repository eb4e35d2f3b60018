/**
 * An integrator's project: its vertical, its secrets, its public token. Everything else hangs on one.
 *
 * <p>Tables: {@code projects, project_secrets}. Doors: {@code /v1/debug/whoami}, the command line.
 */
package dev.ungrant.projects;
