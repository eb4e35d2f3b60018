// npm's oauth4webapi, which checks every answer against the specifications and does nothing by itself: each request and
// each check of a certified client, one by one.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { Browser } from './browser.mjs';
import { findsItselfOut } from './ending.mjs';
import { cast } from './support.mjs';

const loose = { [oauth.allowInsecureRequests]: true };
const ben = new Browser(cast.portal_session);
const issuer = new URL(cast.issuer);
const redirectUri = cast.notes.redirect_urls[0];

// Both documents say the same, each at the place its specification wants it.
const byAlgorithm = await Promise.all(
  ['oidc', 'oauth2'].map(async (algorithm) =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { ...loose, algorithm })),
  ),
);
assert.deepEqual(byAlgorithm[0], byAlgorithm[1]);
const as = byAlgorithm[0];
assert.ok(as.code_challenge_methods_supported.includes('S256'));

async function begun(client, scope, more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const parameters = {
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  };
  return { verifier, state, nonce, parameters, link: `${as.authorization_endpoint}?${new URLSearchParams(parameters)}` };
}

async function redeemed(client, authentication, start, back, options = {}) {
  const answer = oauth.validateAuthResponse(as, client, back, start.state);
  const response = await oauth.authorizationCodeGrantRequest(
    as, client, authentication, answer, redirectUri, start.verifier, { ...loose, ...options },
  );
  return oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: start.nonce,
    requireIdToken: true,
  });
}

async function refreshed(client, authentication, token, options = {}) {
  const response = await oauth.refreshTokenGrantRequest(as, client, authentication, token, { ...loose, ...options });
  return oauth.processRefreshTokenResponse(as, client, response);
}

async function userInfo(client, token, subject, options = {}) {
  const response = await oauth.userInfoRequest(as, client, token, { ...loose, ...options });
  return oauth.processUserInfoResponse(as, client, subject, response);
}

async function introspection(client, authentication, token, options = {}) {
  const response = await oauth.introspectionRequest(as, client, authentication, token, { ...loose, ...options });
  const answer = await oauth.processIntrospectionResponse(as, client, response);
  await (options.requestJwtResponse && oauth.validateApplicationLevelSignature(as, response, loose));
  return answer;
}

async function refusal(promise) {
  const thrown = await promise.then(
    (answer) => assert.fail(`expected a refusal, got ${JSON.stringify(answer)}`),
    (e) => e,
  );
  assert.ok(
    [oauth.ResponseBodyError, oauth.WWWAuthenticateChallengeError, oauth.AuthorizationResponseError].includes(
      thrown.constructor,
    ),
    thrown.stack,
  );
  return thrown;
}

/** How the client finds out that its access is gone. */
async function isOut(client, authentication, tokens, refreshToken, subject, options = {}) {
  await findsItselfOut(ben, {
    refresh: async () => (await refusal(refreshed(client, authentication, refreshToken, options))).error,
    call: async (token) => {
      const challenge = await refusal(userInfo(client, token, subject, options));
      assert.equal(challenge.cause[0].parameters.error, 'invalid_token');
      return challenge.status;
    },
    tokens,
    isActive: async (token) => (await introspection(client, authentication, token)).active,
    silently: async () => {
      const start = await begun(client, 'openid', { prompt: 'none' });
      const { back } = await ben.open(start.link);
      return (await refusal(redeemed(client, authentication, start, back, options))).error;
    },
    link: async () => (await begun(client, 'openid')).link,
  });
}

// An app with a secret, which sends it in the body and takes the answer as a form; Ben takes its access away on the portal.
{
  const client = { client_id: cast.notes.client_id, introspection_signed_response_alg: 'RS256' };
  const authentication = oauth.ClientSecretPost(cast.notes.client_secret);
  const start = await begun(client, 'openid profile email offline_access', { response_mode: 'form_post' });
  const back = await ben.allow(start.link);
  assert.ok(back instanceof URLSearchParams, 'the answer came as a form');
  const tokens = await redeemed(client, authentication, start, back);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  assert.equal(claims.sub, (await userInfo(client, tokens.access_token, claims.sub)).sub);
  const signed = await introspection(client, authentication, tokens.access_token, { requestJwtResponse: true });
  assert.equal(signed.active, true, 'RFC 9701, and the signature is good');
  const next = await refreshed(client, authentication, tokens.refresh_token);
  const refreshToken = next.refresh_token ?? tokens.refresh_token;
  assert.equal((await refusal(redeemed(client, oauth.ClientSecretPost('wrong'), start, back))).error, 'invalid_client');
  assert.equal((await refusal(redeemed(client, authentication, start, back))).error, 'invalid_grant');

  await ben.removeAccess(client.client_id);
  await isOut(client, authentication, [tokens.access_token, next.access_token], refreshToken, claims.sub);
  for (const token of [tokens.access_token, next.access_token]) {
    assert.equal((await introspection(client, authentication, token, { requestJwtResponse: true })).active, false);
  }
}

// A public app that pushes its request and binds all its tokens to a key; Ben takes its access away on the portal too.
{
  const client = { client_id: cast.pocket.client_id };
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
  const start = await begun(client, 'openid offline_access');
  const pushed = await oauth.processPushedAuthorizationResponse(
    as,
    client,
    await oauth.pushedAuthorizationRequest(as, client, oauth.None(), start.parameters, { ...loose, DPoP }),
  );
  const link = `${as.authorization_endpoint}?${new URLSearchParams({
    client_id: client.client_id,
    request_uri: pushed.request_uri,
  })}`;
  const tokens = await redeemed(client, oauth.None(), start, await ben.allow(link), { DPoP });
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const next = await refreshed(client, oauth.None(), tokens.refresh_token, { DPoP });
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  assert.equal((await userInfo(client, next.access_token, sub, { DPoP })).sub, sub);
  const thief = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
  assert.equal(
    (await refusal(refreshed(client, oauth.None(), next.refresh_token, { DPoP: thief }))).error,
    'invalid_dpop_proof',
  );

  await ben.removeAccess(client.client_id);
  await isOut(client, oauth.None(), [tokens.access_token, next.access_token], next.refresh_token, sub, { DPoP });
}
