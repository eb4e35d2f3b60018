// A member's Connected Apps through the official client: let in, listed, taken away; by whom, and by whom not.
import assert from 'node:assert/strict';
import {
  authorization,
  b2b,
  cast,
  everything,
  has,
  isActive,
  isDead,
  isReceipt,
  ok,
  refresh,
  refused,
} from './support.mjs';

const client = b2b();
const { members } = client.organizations;
const { acme, globex, ada, ben, cleo, gil, calendar, notes } = cast;
const ids = (member) => ({ organization_id: member.organization_id, member_id: member.member_id });
const by = (authorization) => ({ authorization });

const revoke = (member, app, options) =>
  members.connectedApps.revoke({ ...ids(member), connected_app_id: app.client_id }, options);
const listed = async (member, options) =>
  (await ok(members.getConnectedApps(ids(member), options))).connected_apps.map((app) => app.connected_app_id);
const inOrganization = async (options) =>
  (await ok(client.organizations.connectedApps(acme, options))).connected_apps.map((app) => app.connected_app_id);
const activeMembers = async (app, options) =>
  (await ok(client.organizations.getConnectedApp({ ...acme, connected_app_id: app.client_id }, options))).active_members;

// What the lists show.
const bystander = await everything(client, notes, ids(cleo));
const first = await everything(client, calendar, ids(ben));
const { connected_apps: apps } = await ok(members.getConnectedApps(ids(ben)));
assert.equal(apps.length, 1);
has(apps[0], 'connected_app_id', 'name', 'description', 'client_type', 'scopes_granted', 'logo_url');
has(apps[0], 'grant_id', 'granted_at', 'last_used_at', 'expires_at');
assert.equal(apps[0].connected_app_id, calendar.client_id);
assert.equal(apps[0].name, calendar.client_name);
assert.equal(apps[0].client_type, 'third_party');
assert.equal(apps[0].scopes_granted, 'openid offline_access');
assert.deepEqual((await inOrganization()).toSorted(), [calendar.client_id, notes.client_id].toSorted());
assert.deepEqual(await activeMembers(calendar), [
  { member_id: ben.member_id, granted_scopes: ['openid', 'offline_access'] },
]);
assert.deepEqual((await ok(client.organizations.connectedApps(globex))).connected_apps, []);

// Who may not look, and who may not take away.
await refused(members.getConnectedApps(ids(ben), by({ session_token: cleo.session_token })), 403, 'session_authorization_error');
await refused(inOrganization(by({ session_token: ben.session_token })), 403, 'session_authorization_error');
await refused(activeMembers(calendar, by({ session_token: ben.session_token })), 403, 'session_authorization_error');
assert.equal((await inOrganization(by({ session_token: ada.session_token }))).length, 2);
assert.equal((await activeMembers(calendar, by({ session_jwt: ada.session_jwt }))).length, 1);
for (const session of [{ session_token: cleo.session_token }, { session_jwt: cleo.session_jwt }]) {
  await refused(revoke(ben, calendar, by(session)), 403, 'session_authorization_error');
}
for (const session of [{ session_token: gil.session_token }, { session_jwt: gil.session_jwt }]) {
  await refused(revoke(ben, calendar, by(session)), 403, 'session_authorization_tenancy_error');
  await refused(members.getConnectedApps(ids(ben), by(session)), 403, 'session_authorization_tenancy_error');
}
await refused(
  revoke(ben, calendar, by({ session_token: ben.session_token, session_jwt: cleo.session_jwt })),
  400,
  'too_many_session_arguments',
);
await refused(revoke(ben, calendar, by({ session_token: cast.dead_session_token })), 404, 'session_not_found');
await refused(revoke(ben, calendar, by({ session_token: 'nonsense' })), 404, 'session_not_found');
assert.ok(await isActive(calendar, first.tokens.access_token), 'a refused revoke changes nothing');

// Whatever is not there.
const unknown = (kind) => `${kind}-test-00000000-0000-4000-8000-000000000000`;
for (const [path, type] of [
  [{ ...ids(ben), organization_id: unknown('organization') }, 'organization_not_found'],
  [{ ...ids(ben), member_id: unknown('member') }, 'member_not_found'],
  [{ ...ids(ben), organization_id: globex.organization_id }, 'member_not_found'],
  [{ ...ids(ben), connected_app_id: unknown('connected-app') }, 'connected_app_not_found'],
  [{ ...ids(ben), connected_app_id: cast.foreign_app }, 'connected_app_not_found'],
  [{ ...ids(ben), connected_app_id: 'a?b' }, 'connected_app_not_found'],
  [{ ...ids(ben), member_id: '../search' }, 'member_not_found'],
]) {
  await refused(members.connectedApps.revoke({ connected_app_id: calendar.client_id, ...path }), 404, type);
}
assert.ok(await isActive(calendar, first.tokens.access_token));

// Who may, each in turn. The grant of before is dead for good; the next consent opens another.
const ways = {
  'the project alone': undefined,
  'their own session token': by({ session_token: ben.session_token }),
  'their own session JWT': by({ session_jwt: ben.session_jwt }),
  'both of the same session': by({ session_token: ben.session_token, session_jwt: ben.session_jwt }),
  "an admin's session": by({ session_token: ada.session_token }),
};
let held = first;
const dead = [];
for (const [way, options] of Object.entries(ways)) {
  assert.deepEqual(await listed(ben, options), [calendar.client_id], way);
  const receipt = await ok(revoke(ben, calendar, options));
  isReceipt(receipt);
  await isDead(client, calendar, ids(ben), held);
  assert.deepEqual(await listed(ben, options), [], way);
  assert.deepEqual(await inOrganization(), [notes.client_id]);
  assert.deepEqual(await activeMembers(calendar), []);
  const again = await ok(revoke(ben, calendar, options));
  assert.deepEqual([again.grant_id, again.revoked_at], [receipt.grant_id, receipt.revoked_at], 'a repeat is a success');
  dead.push(held);
  held = await everything(client, calendar, ids(ben));
}
for (const { tokens } of dead) {
  assert.equal(await isActive(calendar, tokens.access_token), false);
  assert.equal((await refresh(calendar, tokens.refresh_token)).status, 400);
}
assert.ok(await isActive(notes, bystander.tokens.access_token), "another member's app is another matter");

// By slug and external ids, with ids that need encoding; and an app that was never connected.
const receipt = await ok(
  members.connectedApps.revoke({
    organization_id: cast.acme_slug,
    member_id: cast.ben_external_id,
    connected_app_id: calendar.client_id,
  }),
);
isReceipt(receipt);
await isDead(client, calendar, ids(ben), held);
assert.deepEqual(
  (await ok(members.getConnectedApps({ organization_id: cast.acme_external_id, member_id: cast.ben_external_id })))
    .connected_apps,
  [],
);
const never = await ok(revoke(ada, calendar));
assert.equal(never.grant_id, null);
assert.equal(never.revoked_at, null);

// Authorization: what the client asks, and what it refuses.
const preview = await ok(client.idp.oauth.authorizeStart(authorization(notes, ids(ben), ['openid', 'full_access'])));
has(preview, 'member_id', 'member', 'organization', 'client', 'consent_required', 'scope_results');
has(preview.client, 'client_id', 'client_type', 'client_name', 'client_description');
assert.deepEqual(
  preview.scope_results.map(({ scope, is_grantable }) => [scope, is_grantable]),
  [['openid', true], ['full_access', false]],
);
const denied = await ok(
  client.idp.oauth.authorize({
    ...authorization(notes, { session_jwt: ben.session_jwt }, ['openid']),
    consent_granted: false,
    code_challenge: 'x'.repeat(43),
    state: 's',
  }),
);
const back = new URL(denied.redirect_uri);
assert.equal(back.searchParams.get('error'), 'access_denied');
assert.equal(back.searchParams.get('state'), 's');
assert.ok(!denied.authorization_code);
const start = (more, identity = ids(ben)) =>
  client.idp.oauth.authorizeStart({ ...authorization(notes, identity, ['openid']), ...more });
await refused(start({ redirect_uri: 'https://evil.example/' }), 401, 'connected_app_supplied_redirect_url_not_found_in_client');
await refused(start({ client_id: unknown('connected-app') }), 404, 'connected_app_not_found');
await refused(start({ scopes: ['no.such.scope'] }), 400, 'oauth_invalid_scope_requested');
await refused(start({}, {}), 400, 'no_oauth_authorize_member_selector');
await refused(start({ session_token: ben.session_token }), 400, 'no_oauth_authorize_member_selector');

// An organization that no longer allows the app, and a member who is deactivated.
const forbidden = await everything(client, calendar, ids(ben));
await ok(
  client.organizations.update({
    ...acme,
    third_party_connected_apps_allowed_type: 'RESTRICTED',
    allowed_third_party_connected_apps: [notes.client_id],
  }),
);
assert.equal(await isActive(calendar, forbidden.tokens.access_token), false);
assert.equal((await refresh(calendar, forbidden.tokens.refresh_token)).body.error, 'invalid_grant');
assert.deepEqual(await inOrganization(), [notes.client_id]);
await refused(
  client.idp.oauth.authorizeStart(authorization(calendar, ids(ben), ['openid'])),
  400,
  'connected_app_not_allowed_for_org',
);
assert.ok(await isActive(notes, bystander.tokens.access_token));
await ok(members.delete(ids(cleo)));
assert.equal(await isActive(notes, bystander.tokens.access_token), false);
await ok(members.reactivate(ids(cleo)));
assert.equal(await isActive(notes, bystander.tokens.access_token), false);
assert.equal((await refresh(notes, bystander.tokens.refresh_token)).body.error, 'invalid_grant');
assert.deepEqual(await listed(cleo), []);
