// npm's openid-client, a certified relying party, as an app would use it. Ben is the person; Node has no browser, so
// browser.mjs goes to the pages for him.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { Browser } from './browser.mjs';
import { backendRevokes, memberRevokes } from './doors.mjs';
import { findsItselfOut } from './ending.mjs';
import { cast } from './support.mjs';

const insecure = { execute: [client.allowInsecureRequests] };
const ben = new Browser(cast.portal_session);

const discover = (app, authentication, algorithm, metadata = {}) =>
  client.discovery(new URL(cast.issuer), app.client_id, metadata, authentication, { ...insecure, algorithm });

/** The start of a flow: what the app sends, and what it keeps to check the answer with. */
async function begun(config, app, scope, more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    ...(scope.includes('openid') && { expectedNonce: client.randomNonce(), idTokenExpected: true }),
  };
  const parameters = {
    redirect_uri: app.redirect_urls[0],
    scope,
    state: checks.expectedState,
    ...(checks.expectedNonce && { nonce: checks.expectedNonce }),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  };
  return { checks, parameters };
}

/** Where the app sends a person; with DPoP it has pushed the request before. */
const linkTo = (config, parameters, options) =>
  options
    ? client.buildAuthorizationUrlWithPAR(config, parameters, options)
    : client.buildAuthorizationUrl(config, parameters);

/** Nothing is asked and nobody is shown anything. */
async function silently(config, app, scope, options) {
  const { checks, parameters } = await begun(config, app, scope, { prompt: 'none' });
  const { back } = await ben.open(await linkTo(config, parameters, options));
  return client.authorizationCodeGrant(config, back, checks, undefined, options);
}

const thrownBy = (promise) =>
  promise.then(
    (answer) => assert.fail(`expected a refusal, got ${JSON.stringify(answer)}`),
    (e) => e,
  );

async function refused(promise, error, status = 400) {
  const thrown = await thrownBy(promise);
  assert.equal(thrown.error, error, `${thrown.stack} ${thrown.cause}`);
  if (status) {
    assert.equal(thrown.status, status);
  }
}

/** RFC 6750: the client reads the challenge of the answer. */
async function challenged(promise) {
  const thrown = await thrownBy(promise);
  assert.ok(thrown instanceof client.WWWAuthenticateChallengeError, thrown.stack);
  assert.equal(thrown.status, 401);
  assert.equal(thrown.cause[0].parameters.error, 'invalid_token');
  return thrown.status;
}

/** How the client finds out that its access is gone. */
async function isOut(config, app, tokens, subject, options) {
  await findsItselfOut(ben, {
    refresh: async () =>
      (await thrownBy(client.refreshTokenGrant(config, tokens.refresh_token, undefined, options))).error,
    call: (token) => challenged(client.fetchUserInfo(config, token, subject, options)),
    tokens: [tokens.access_token],
    isActive: async (token) => (await client.tokenIntrospection(config, token)).active,
    silently: async () => (await thrownBy(silently(config, app, 'openid', options))).error,
    link: async () => linkTo(config, (await begun(config, app, 'openid')).parameters, options),
  });
  assert.deepEqual(activity(await client.tokenIntrospection(config, tokens.access_token)), { active: false });
  assert.deepEqual(activity(await client.tokenIntrospection(config, tokens.refresh_token)), { active: false });
}

// The envelope's two own fields stand beside what RFC 7662 has.
const activity = ({ request_id, status_code, ...rest }) => rest;

// An app with a secret; the backend takes its access away.
{
  const app = cast.calendar;
  const config = await discover(app, client.ClientSecretBasic(app.client_secret), 'oidc');
  assert.equal(config.serverMetadata().issuer, cast.issuer);
  assert.ok(config.serverMetadata().supportsPKCE());
  assert.equal(config.serverMetadata().authorization_response_iss_parameter_supported, true);
  const { checks, parameters } = await begun(config, app, 'openid email offline_access', { max_age: '3600' });
  const back = await ben.allow(client.buildAuthorizationUrl(config, parameters));
  assert.equal(back.searchParams.get('iss'), cast.issuer);
  const mixedUp = new URL(back);
  mixedUp.searchParams.set('iss', 'https://other.example');
  await assert.rejects(client.authorizationCodeGrant(config, mixedUp, checks), (e) => /iss/.test(e.cause.message));
  const tokens = await client.authorizationCodeGrant(config, back, { ...checks, maxAge: 3600 });
  const { sub } = tokens.claims();
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(userInfo.email, cast.ben.email_address);
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).scope, 'openid email offline_access');
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, sub);
  assert.ok((await silently(config, app, 'openid email')).access_token);
  await refused(client.authorizationCodeGrant(config, back, checks), 'invalid_grant');

  const again = await silently(config, app, 'openid email');
  await backendRevokes(app.client_id);
  await isOut(config, app, { ...refreshed, refresh_token: refreshed.refresh_token ?? tokens.refresh_token }, sub);
  await challenged(client.fetchUserInfo(config, again.access_token, sub));
}

// An app with a key and tokens bound to another one, which pushes its requests; the member takes its access away.
{
  const app = cast.vault;
  const key = await crypto.subtle.importKey('jwk', app.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const config = await discover(app, client.PrivateKeyJwt({ key, kid: app.key.kid }), 'oauth2');
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  const { checks, parameters } = await begun(config, app, 'openid offline_access');
  const link = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  assert.deepEqual([...link.searchParams.keys()].toSorted(), ['client_id', 'request_uri']);
  const back = await ben.allow(link);
  await refused(client.authorizationCodeGrant(config, back, checks), 'invalid_dpop_proof');
  const tokens = await client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, 'dpop');
  const { sub } = tokens.claims();
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).sub, sub);
  await challenged(client.fetchUserInfo(config, tokens.access_token, sub));
  assert.ok((await client.tokenIntrospection(config, tokens.access_token)).cnf.jkt);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });

  await memberRevokes(app.client_id);
  const live = { ...refreshed, refresh_token: refreshed.refresh_token ?? tokens.refresh_token };
  await isOut(config, app, live, sub, { DPoP });
}

// A public app that gives its own tokens back (RFC 7009): they end, what the person said stands. Then it signs Ben out.
{
  const app = cast.pocket;
  const config = await discover(app, client.None(), 'oidc');
  const { checks, parameters } = await begun(config, app, 'openid offline_access');
  const tokens = await client.authorizationCodeGrant(
    config,
    await ben.allow(client.buildAuthorizationUrl(config, parameters)),
    checks,
  );
  const rotated = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(rotated.refresh_token, tokens.refresh_token);
  await client.tokenRevocation(config, rotated.refresh_token);
  await refused(client.refreshTokenGrant(config, rotated.refresh_token), 'invalid_grant');
  await challenged(client.fetchUserInfo(config, rotated.access_token, tokens.claims().sub));
  assert.equal((await client.tokenIntrospection(config, rotated.access_token)).active, false);
  const again = await silently(config, app, 'openid');
  assert.ok(again.access_token, 'the consent stands');

  const bye = client.buildEndSessionUrl(config, {
    id_token_hint: again.id_token,
    post_logout_redirect_uri: app.post_logout_redirect_urls[0],
    state: 'gone',
  });
  assert.equal((await ben.open(bye)).back.href, `${app.post_logout_redirect_urls[0]}?state=gone`);
  await refused(silently(config, app, 'openid'), 'login_required', null);
}
