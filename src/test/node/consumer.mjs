// The consumer API through the official client: users, their sessions and their Connected Apps.
import assert from 'node:assert/strict';
import {
  authorization,
  cast,
  connect,
  consumer,
  everything,
  has,
  isActive,
  isDead,
  isReceipt,
  ok,
  refresh,
  refused,
  refusedByClient,
} from './support.mjs';

const client = consumer();
const { users, sessions } = client;
const { uma, vic, calendar } = cast;
const get = (user_id) => ok(users.get({ user_id }));

// Users.
const created = await ok(
  users.create({
    email: 'Wim@example.com',
    name: { first_name: 'Wim', last_name: 'Wood' },
    external_id: 'crm|9',
    trusted_metadata: { plan: 'gold' },
    untrusted_metadata: { colour: 'red' },
    roles: ['stytch_user'],
  }),
);
has(created, 'user_id', 'email_id', 'status', 'phone_id', 'user');
const wim = { user_id: created.user_id };
const read = await get(wim.user_id);
has(read, 'user_id', 'emails', 'status', 'phone_numbers', 'webauthn_registrations', 'providers', 'totps');
has(read, 'crypto_wallets', 'biometric_registrations', 'is_locked', 'roles', 'name', 'created_at', 'external_id');
assert.equal(read.emails[0].email_id, created.email_id);
assert.equal(read.emails[0].email, 'wim@example.com');
assert.deepEqual(read.roles, ['stytch_user']);
const flat = ({ request_id, status_code, ...user }) => user;
assert.deepEqual(flat(read), created.user);
assert.deepEqual(flat(await get('crm|9')), created.user);
const changed = await ok(
  users.update({ user_id: 'crm|9', name: { first_name: 'William' }, trusted_metadata: { seats: 2 } }),
);
has(changed, 'user_id', 'emails', 'phone_numbers', 'crypto_wallets', 'user');
const after = await get(wim.user_id);
assert.equal(after.name.first_name, 'William');
assert.deepEqual(after.trusted_metadata, { plan: 'gold', seats: 2 });
assert.deepEqual(after.untrusted_metadata, { colour: 'red' });
assert.deepEqual(after.roles, ['stytch_user']);
await refused(users.create({ email: 'wim@example.com' }), 400, 'duplicate_email');
await refused(users.create({ email: 'nobody' }), 400, 'invalid_email');
await refused(users.create({ email: 'x@example.com', roles: ['king'] }), 400, 'invalid_rbac_role_assignment');

const found = await ok(
  users.search({ query: { operator: 'AND', operands: [{ filter_name: 'email_address', filter_value: ['wim@example.com'] }] } }),
);
assert.deepEqual(found.results.map((user) => user.user_id), [wim.user_id]);
assert.equal(found.results_metadata.total, 1);
await refused(
  users.search({ query: { operator: 'AND', operands: [{ filter_name: 'colour', filter_value: 'red' }] } }),
  400,
  'user_search_invalid_filter',
);
const all = [];
for await (const page of users.searchAll({ limit: 2 })) {
  all.push(...page);
}
assert.equal(all.length, 3);
for (const user_id of ['a?b', '../search', 'a b', cast.foreign_user, 'user-test-00000000-0000-4000-8000-000000000000']) {
  await refused(users.get({ user_id }), 404, 'user_not_found');
  await refused(users.delete({ user_id }), 404, 'user_not_found');
}

// Connected Apps: let in, listed, taken away, and everything of it dead.
const { user_id } = uma;
const apps = async (id = user_id) => (await ok(users.connectedApps({ user_id: id }))).connected_apps;
const started = await ok(client.idp.oauth.authorizeStart(authorization(calendar, { user_id }, ['openid'])));
has(started, 'user_id', 'user', 'client', 'consent_required', 'scope_results');
assert.equal(started.consent_required, true);
assert.deepEqual(await apps(), []);
let held = await everything(client, calendar, { user_id });
const other = await connect(client, calendar, { session_jwt: vic.session_jwt }, ['openid', 'offline_access']);
const [app, ...more] = await apps();
assert.deepEqual(more, []);
has(app, 'connected_app_id', 'name', 'description', 'client_type', 'scopes_granted', 'logo_url');
has(app, 'grant_id', 'granted_at', 'last_used_at', 'expires_at');
assert.equal(app.connected_app_id, calendar.client_id);
assert.equal(app.scopes_granted, 'openid offline_access');
for (const id of [user_id, cast.uma_external_id]) {
  const receipt = await ok(users.revoke({ user_id: id, connected_app_id: calendar.client_id }));
  isReceipt(receipt);
  await isDead(client, calendar, { user_id }, held);
  assert.deepEqual(await apps(id), []);
  const again = await ok(users.revoke({ user_id: id, connected_app_id: calendar.client_id }));
  assert.equal(again.revoked_at, receipt.revoked_at);
  held = await everything(client, calendar, { user_id });
}
assert.ok(await isActive(calendar, other.access_token), "another user's app is another matter");
const revoke = (path) => users.revoke({ user_id, connected_app_id: calendar.client_id, ...path });
await refused(revoke({ user_id: cast.foreign_user }), 404, 'user_not_found');
await refused(revoke({ connected_app_id: 'connected-app-test-00000000-0000-4000-8000-000000000000' }), 404, 'connected_app_not_found');
await refused(revoke({ connected_app_id: cast.foreign_app }), 404, 'connected_app_not_found');
await refused(client.idp.oauth.authorizeStart(authorization(calendar, {}, ['openid'])), 400, 'no_oauth_authorize_user_selector');
assert.ok(await isActive(calendar, held.tokens.access_token));

// What the client knows of a token.
const request = { token: held.tokens.access_token, client_id: calendar.client_id, client_secret: calendar.client_secret };
const network = await client.idp.introspectTokenNetwork(request);
assert.equal(network.subject, user_id);
assert.equal(network.scope, 'openid offline_access');
const { connected_app: signs } = await ok(
  client.connectedApp.clients.create({
    client_type: 'third_party',
    redirect_urls: ['https://signs.example/callback'],
    access_token_format: 'jwt',
  }),
);
const signed = await connect(client, signs, { session_token: uma.session_token }, ['email']);
const local = await client.idp.introspectTokenLocal(signed.access_token);
assert.equal(local.subject, user_id);
assert.equal(local.scope, 'email');
await ok(users.revoke({ user_id, connected_app_id: signs.client_id }));
assert.equal(await isActive(signs, signed.access_token), false);

// Sessions.
const authenticated = await ok(sessions.authenticate({ session_token: uma.session_token, session_duration_minutes: 30 }));
has(authenticated, 'session', 'session_token', 'session_jwt', 'user');
has(authenticated.session, 'session_id', 'user_id', 'started_at', 'last_accessed_at', 'expires_at');
has(authenticated.session, 'authentication_factors', 'roles');
assert.equal(authenticated.user.user_id, user_id);
assert.equal((await ok(sessions.authenticate({ session_jwt: uma.session_jwt }))).session.user_id, user_id);
const check = (action) => ({ authorization_check: { resource_id: 'stytch.self', action } });
assert.deepEqual(
  (await ok(sessions.authenticate({ session_token: uma.session_token, ...check('revoke.connected-app') }))).verdict,
  { authorized: true, granting_roles: ['stytch_user'] },
);
const elsewhere = { authorization_check: { resource_id: 'stytch.member', action: 'search' } };
await refused(
  sessions.authenticate({ session_token: uma.session_token, ...elsewhere }),
  403,
  'consumer_session_authorization_error',
);
const here = await sessions.authenticateJwt({ session_jwt: uma.session_jwt, ...check('get.connected-apps') });
assert.equal(here.session.user_id, user_id);
await refusedByClient(sessions.authenticateJwtLocal({ session_jwt: uma.session_jwt, ...elsewhere }), 'invalid_permissions');
assert.ok((await ok(sessions.getJWKS({ project_id: process.env.PROJECT_ID }))).keys.length > 0);
const { policy } = await ok(client.rbac.policy());
assert.ok(policy.roles.some((role) => role.role_id === 'stytch_user'));
assert.deepEqual(
  (await ok(sessions.get({ user_id }))).sessions.map((session) => session.session_id),
  [authenticated.session.session_id],
);
await ok(sessions.revoke({ session_token: uma.session_token }));
assert.deepEqual((await ok(sessions.get({ user_id }))).sessions, []);
await refused(sessions.authenticate({ session_jwt: uma.session_jwt }), 404, 'session_not_found');
await refused(sessions.revoke({}), 400, 'no_session_revoke_arguments');

// A deleted user takes everything along.
assert.equal((await ok(users.delete({ user_id }))).user_id, user_id);
await refused(users.get({ user_id }), 404, 'user_not_found');
assert.equal(await isActive(calendar, held.tokens.access_token), false);
assert.equal((await refresh(calendar, held.tokens.refresh_token)).body.error, 'invalid_grant');
assert.ok(await isActive(calendar, other.access_token));
