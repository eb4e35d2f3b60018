/**
 * An integrator's project: its vertical, its secrets, its public token and the origins of
 * the pages that may use it. Everything else hangs on one. What is done to the signing keys of the whole installation is
 * done here too, since its audit is that of the default project.
 *
 * <p>Tables: {@code projects, project_secrets, project_origins}. Doors: {@code /v1/debug/whoami}, {@code /sdk/v1/projects/bootstrap},
 * {@code /sdk/v1/events}, the command line.
 */
package dev.ungrant.projects;
