// What the scripts share: the official clients, unmodified, and what an app does itself at the OAuth endpoints.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import stytch from 'stytch';

// The client warns about every base URL that is not Stytch's own.
console.warn = () => {};

export const { BASE_URL, PROJECT_ID, SECRET } = process.env;
export const cast = JSON.parse(process.env.CAST ?? '{}');

const config = { project_id: PROJECT_ID, secret: SECRET, env: BASE_URL };
export const b2b = () => new stytch.B2BClient(config);
export const consumer = () => new stytch.Client(config);
export const withSecret = (secret) => new stytch.B2BClient({ ...config, secret });

/** The answer of a call that must succeed as the contract says: an object with status_code 200 and a request id. */
export async function ok(call) {
  const answer = await call;
  assert.equal(answer.status_code, 200);
  assert.match(answer.request_id, /^request-id-test-[0-9a-f-]{36}$/);
  return answer;
}

/** The refusal of a call, as the client reads the envelope. */
export async function refused(call, status, type) {
  const error = await call.then(
    (answer) => assert.fail(`expected ${status} ${type}, got ${JSON.stringify(answer)}`),
    (e) => e,
  );
  assert.ok(error instanceof stytch.StytchError, `${error.stack}`);
  assert.equal(error.error_type, type, error.message);
  assert.equal(error.status_code, status, error.message);
  assert.match(error.request_id, /^request-id-test-/);
  assert.ok(error.error_message.length > 0 && error.error_url.length > 0, error.message);
  return error;
}

/** What the client itself refuses, after it asked or without asking. */
export async function refusedByClient(call, code) {
  const error = await call.then(
    (answer) => assert.fail(`expected ${code}, got ${JSON.stringify(answer)}`),
    (e) => e,
  );
  assert.ok(error instanceof stytch.ClientError, `${error.stack}`);
  assert.equal(error.code, code);
  return error;
}

export function has(object, ...keys) {
  for (const key of keys) {
    assert.ok(key in object, `${key} is missing in ${JSON.stringify(object)}`);
  }
}

export async function http(method, path, { form, json, basic, headers = {} } = {}) {
  const response = await fetch(BASE_URL + path, {
    method,
    headers: {
      ...headers,
      ...(basic && { authorization: `Basic ${Buffer.from(basic.join(':')).toString('base64')}` }),
      ...(json && { 'content-type': 'application/json' }),
    },
    body: form ? new URLSearchParams(form) : json && JSON.stringify(json),
  });
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

const credentials = (app) =>
  app.client_secret ? { client_id: app.client_id, client_secret: app.client_secret } : { client_id: app.client_id };

export const token = (app, form) => http('POST', '/v1/oauth2/token', { form: { ...credentials(app), ...form } });

export const refresh = (app, refresh_token) => token(app, { grant_type: 'refresh_token', refresh_token });

export async function introspect(app, text) {
  const { status, body } = await http('POST', '/v1/oauth2/introspect', { form: { ...credentials(app), token: text } });
  assert.equal(status, 200);
  return body;
}

export const isActive = async (app, text) => (await introspect(app, text)).active;

/** The request that an app's authorization URL makes of the host application, with whoever answers it. */
export const authorization = (app, identity, scopes) => ({
  client_id: app.client_id,
  redirect_uri: app.redirect_urls[0],
  response_type: 'code',
  scopes,
  ...identity,
});

/** A code that nobody has redeemed yet. */
export async function pendingCode(client, app, identity, scopes) {
  const { verifier, challenge } = pkce();
  const submitted = await ok(
    client.idp.oauth.authorize({
      ...authorization(app, identity, scopes),
      consent_granted: true,
      code_challenge: challenge,
      state: 'a state',
    }),
  );
  const back = new URL(submitted.redirect_uri);
  assert.equal(back.searchParams.get('code'), submitted.authorization_code);
  assert.equal(back.searchParams.get('state'), 'a state');
  assert.ok(back.href.startsWith(app.redirect_urls[0]));
  return {
    grant_type: 'authorization_code',
    code: submitted.authorization_code,
    redirect_uri: app.redirect_urls[0],
    code_verifier: verifier,
  };
}

/** Lets the app in the way a host application does: start, submit with consent, and the app redeems the code. */
export async function connect(client, app, identity, scopes) {
  await ok(client.idp.oauth.authorizeStart(authorization(app, identity, scopes)));
  const redeemed = await token(app, await pendingCode(client, app, identity, scopes));
  assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body));
  assert.equal(redeemed.body.token_type, 'bearer');
  assert.equal(redeemed.body.scope, scopes.join(' '));
  return redeemed.body;
}

/** Everything that an app can hold of one person: an access and a refresh token, and a code it has not redeemed. */
export async function everything(client, app, identity) {
  const tokens = await connect(client, app, identity, ['openid', 'offline_access']);
  const code = await pendingCode(client, app, identity, ['openid', 'offline_access']);
  assert.ok(await isActive(app, tokens.access_token));
  assert.ok(await isActive(app, tokens.refresh_token));
  assert.equal(await asksForConsent(client, app, identity), false);
  return { tokens, code };
}

export const asksForConsent = async (client, app, identity) =>
  (await ok(client.idp.oauth.authorizeStart(authorization(app, identity, ['openid'])))).consent_required;

/** All of it is dead, and stays so after the person lets the app in once more. */
export async function isDead(client, app, identity, { tokens, code }) {
  assert.equal(await isActive(app, tokens.access_token), false);
  assert.equal(await isActive(app, tokens.refresh_token), false);
  await refusedByClient(
    client.idp.introspectTokenNetwork({
      token: tokens.access_token,
      client_id: app.client_id,
      client_secret: app.client_secret,
    }),
    'token_invalid',
  );
  for (const tried of [await refresh(app, tokens.refresh_token), await token(app, code)]) {
    assert.equal(tried.status, 400);
    assert.equal(tried.body.error, 'invalid_grant');
  }
  assert.equal(await asksForConsent(client, app, identity), true);
}

/** The receipt, ours, beside what the contract has. */
export function isReceipt(receipt, { codes = 1, accessTokens = 1, refreshTokens = 1 } = {}) {
  assert.match(receipt.grant_id, /^grant-test-[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Date.parse(receipt.revoked_at) - Date.now()) < 60_000, receipt.revoked_at);
  assert.ok(receipt.effective_by >= receipt.revoked_at);
  assert.equal(receipt.authorization_codes_ended, codes);
  assert.equal(receipt.access_tokens_ended, accessTokens);
  assert.equal(receipt.refresh_tokens_ended, refreshTokens);
}
