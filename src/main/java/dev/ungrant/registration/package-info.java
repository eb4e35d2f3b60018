/**
 * Apps that come in by themselves: by dynamic registration (RFC 7591, 7592), or as the address of a document about them that
 * they use as their client_id. Both are off until the operator switches them on for a project. What such an app says of itself
 * is shown as its own word. {@link dev.ungrant.registration.ClientDocuments} finds the app behind a client_id and
 * {@link dev.ungrant.registration.ClientKeys} the keys of an app.
 *
 * <p>Tables: {@code registration_settings, app_registrations, app_key_sets}. Doors: {@code /v1/oauth2/register} and the same
 * under the path of a project.
 */
package dev.ungrant.registration;
