/**
 * Lets apps in: authorization on our own page or on the host application's, codes, tokens, introspection, revocation by the
 * app, UserInfo, signing out, metadata. Every code and token hangs on a grant of {@link dev.ungrant.connectedapps} and dies with
 * it; only what an app gets for itself, about nobody, hangs on the app.
 *
 * <p>Tables: {@code authorization_requests, authorization_codes, access_tokens, refresh_tokens,
 * app_tokens, single_use_ids}. Doors:
 * {@code /oauth2/authorize}, {@code /oauth2/logout}, {@code /v1/(b2b/)idp/oauth/authorize},
 * {@code /sdk/v1/idp/(b2b/)oauth/authorize}, {@code /sdk/v1/(b2b/)oauth/logout},
 * {@code /v1/oauth2/*}, {@code /.well-known/*}.
 */
package dev.ungrant.oauth;
