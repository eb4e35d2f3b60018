// Registering and rotating Connected Apps, and what any client may look up, through the official client.
import assert from 'node:assert/strict';
import { b2b, BASE_URL, cast, has, http, introspect, ok, PROJECT_ID, refused, withSecret } from './support.mjs';

const client = b2b();
const { clients } = client.connectedApp;

const me = await ok(client.debug.whoami());
assert.equal(me.project_id, PROJECT_ID);
assert.equal(me.name, cast.project_name);
await refused(withSecret('secret-test-wrong').debug.whoami(), 401, 'unauthorized_credentials');

// Create, read back, change, read back.
const { connected_app: app } = await ok(
  clients.create({
    client_type: 'third_party',
    client_name: 'Calendar',
    client_description: 'Plans the week',
    redirect_urls: ['https://calendar.example/callback'],
    post_logout_redirect_urls: ['https://calendar.example/bye'],
    logo_url: 'https://calendar.example/logo.png',
    access_token_expiry_minutes: 30,
    access_token_custom_audience: 'https://api.calendar.example',
  }),
);
assert.match(app.client_id, /^connected-app-test-/);
assert.equal(app.client_secret.slice(-4), app.client_secret_last_four);
const { connected_app: read } = await ok(clients.get({ client_id: app.client_id }));
has(read, 'client_id', 'client_name', 'client_description', 'status', 'full_access_allowed', 'client_type');
has(read, 'redirect_urls', 'access_token_expiry_minutes', 'access_token_template_content');
has(read, 'post_logout_redirect_urls', 'bypass_consent_for_offline_access', 'creation_method');
has(read, 'id_token_template_content');
assert.equal(read.client_name, 'Calendar');
assert.equal(read.status, 'active');
assert.equal(read.client_type, 'third_party');
assert.equal(read.access_token_expiry_minutes, 30);
assert.deepEqual(read.redirect_urls, ['https://calendar.example/callback']);
assert.ok(!read.client_secret, 'a secret is shown once');

await ok(clients.update({ client_id: app.client_id, client_name: 'Calendar 2' }));
const { connected_app: renamed } = await ok(clients.get({ client_id: app.client_id }));
assert.equal(renamed.client_name, 'Calendar 2');
assert.deepEqual({ ...renamed, client_name: 'Calendar' }, read, 'what an update leaves out stays');

// Rotation: both secrets work in between.
const works = async (secret) =>
  (await http('POST', '/v1/oauth2/introspect', { form: { token: 'x' }, basic: [app.client_id, secret] })).status === 200;
const secrets = client.connectedApp.clients.secrets;
const { connected_app: rotating } = await ok(secrets.rotateStart({ client_id: app.client_id }));
assert.equal(rotating.client_secret_last_four, app.client_secret_last_four);
assert.equal(rotating.next_client_secret.slice(-4), rotating.next_client_secret_last_four);
assert.deepEqual([await works(app.client_secret), await works(rotating.next_client_secret)], [true, true]);
await refused(secrets.rotateStart({ client_id: app.client_id }), 400, 'connected_app_already_rotating_secret');
await ok(secrets.rotateCancel({ client_id: app.client_id }));
assert.deepEqual([await works(app.client_secret), await works(rotating.next_client_secret)], [true, false]);
await refused(secrets.rotateCancel({ client_id: app.client_id }), 400, 'connected_app_not_rotating_secret');
const { connected_app: again } = await ok(secrets.rotateStart({ client_id: app.client_id }));
const { connected_app: rotated } = await ok(secrets.rotate({ client_id: app.client_id }));
assert.equal(rotated.client_secret_last_four, again.next_client_secret_last_four);
assert.deepEqual([await works(app.client_secret), await works(again.next_client_secret)], [false, true]);
await refused(secrets.rotate({ client_id: app.client_id }), 400, 'connected_app_not_rotating_secret');

// All four types; only two of them have a secret.
const ids = [app.client_id];
for (const client_type of ['first_party', 'first_party_public', 'third_party_public']) {
  const { connected_app: other } = await ok(
    clients.create({ client_type, client_name: client_type, redirect_urls: ['http://127.0.0.1/callback'] }),
  );
  assert.equal(other.client_type, client_type);
  assert.equal(Boolean(other.client_secret), client_type === 'first_party');
  ids.push(other.client_id);
}
await refused(secrets.rotateStart({ client_id: ids[3] }), 400, 'public_connected_apps_do_not_have_secrets');
await refused(clients.create({ client_type: 'fourth_party' }), 400, 'invalid_connected_app_type');
await refused(
  clients.create({ client_type: 'third_party', full_access_allowed: true }),
  400,
  'third_party_clients_cannot_use_full_access',
);
await refused(
  clients.create({ client_type: 'third_party', redirect_urls: ['http://calendar.example/callback'] }),
  400,
  'connected_app_redirect_url_http_scheme_must_use_loopback',
);

// Search, page by page.
const found = [];
let cursor;
do {
  const page = await ok(clients.search({ limit: 3, ...(cursor && { cursor }) }));
  assert.equal(page.results_metadata.total, 4);
  found.push(...page.connected_apps.map((each) => each.client_id));
  cursor = page.results_metadata.next_cursor;
} while (cursor);
assert.deepEqual(found.toSorted(), ids.toSorted());
assert.equal((await ok(clients.search({}))).connected_apps.length, 4);

// Delete, and whatever is not there.
const deleted = await ok(clients.delete({ client_id: ids[3] }));
assert.equal(deleted.client_id, ids[3]);
await refused(clients.get({ client_id: ids[3] }), 404, 'connected_app_not_found');
await refused(clients.delete({ client_id: ids[3] }), 404, 'connected_app_not_found');
await refused(clients.update({ client_id: cast.foreign_app, client_name: 'Mine' }), 404, 'connected_app_not_found');
for (const client_id of ['../search', 'a?b', 'a b', 'a%2Fb', 'é', "'", 'x'.repeat(500)]) {
  await refused(clients.get({ client_id }), 404, 'connected_app_not_found');
}
// The client asks for the folder above, so this is another route.
await refused(clients.get({ client_id: '..' }), 404, 'route_not_found');

// Without any credentials: keys, whatever the client says it accepts, and metadata.
const { status: keysStatus, body: jwks } = await http('GET', '/.well-known/jwks.json', {
  headers: { accept: 'text/html, image/gif, */*; q=0.2' },
});
assert.equal(keysStatus, 200);
assert.ok(jwks.keys.length > 0);
const { status, body: metadata } = await http('GET', `/v1/public/${PROJECT_ID}/.well-known/openid-configuration`);
assert.equal(status, 200);
assert.equal(metadata.jwks_uri, `${BASE_URL}/.well-known/jwks.json`);
assert.equal(metadata.token_endpoint, `${BASE_URL}/v1/public/${PROJECT_ID}/oauth2/token`);
assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
assert.deepEqual(metadata.response_types_supported, ['code']);
assert.deepEqual(await introspect({ client_id: ids[2] }, 'nonsense').then(({ active }) => active), false);
