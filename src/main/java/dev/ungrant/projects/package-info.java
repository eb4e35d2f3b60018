/**
 * An integrator's project: its vertical, its secrets, its public token and the origins of
 * the pages that may use it. Everything else hangs on one.
 *
 * <p>Tables: {@code projects, project_secrets, project_origins}. Doors: {@code /v1/debug/whoami}, {@code /sdk/v1/projects/bootstrap},
 * {@code /sdk/v1/events}, the command line.
 */
package dev.ungrant.projects;
