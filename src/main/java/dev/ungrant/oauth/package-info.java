/**
 * Lets apps in: authorization by the host application's own page, codes, tokens, introspection, revocation by the app,
 * metadata. Every code and token hangs on a grant of {@link dev.ungrant.connectedapps} and dies with it.
 *
 * <p>Tables: {@code authorization_codes, access_tokens, refresh_tokens}. Doors: {@code /v1/(b2b/)idp/oauth/authorize},
 * {@code /v1/oauth2/*}, {@code /.well-known/*}.
 */
package dev.ungrant.oauth;
