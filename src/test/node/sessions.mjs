// Sessions, roles and what the client checks by itself, through the official client.
import assert from 'node:assert/strict';
import { asksForConsent, b2b, BASE_URL, cast, connect, has, http, isActive, ok, PROJECT_ID, refused, refusedByClient } from './support.mjs';

const client = b2b();
const { sessions, rbac } = client;
const { acme, globex, ada, ben, cleo, gil } = cast;
const ids = ({ organization_id, member_id }) => ({ organization_id, member_id });
const by = (authorization) => ({ authorization });

// Keys, for anybody who asks in whichever way.
const jwks = await ok(sessions.getJWKS({ project_id: PROJECT_ID }));
for (const key of jwks.keys) {
  has(key, 'kty', 'use', 'key_ops', 'alg', 'kid', 'x5c', 'x5tS256', 'x5t#S256', 'n', 'e');
  assert.ok(!('d' in key));
}
const accept = 'text/html, image/gif, image/jpeg, */*; q=0.2';
for (const path of [`/v1/b2b/sessions/jwks/${PROJECT_ID}`, '/.well-known/jwks.json']) {
  const published = (await http('GET', path, { headers: { accept } })).body.keys;
  assert.deepEqual(published.filter((key) => key.kty === 'RSA'), jwks.keys);
}

// Authenticate: by token, by JWT, by an expired JWT of a live session.
const first = await ok(sessions.authenticate({ session_token: ben.session_token }));
has(first, 'member_session', 'session_token', 'session_jwt', 'member', 'organization');
has(first.member_session, 'member_session_id', 'member_id', 'started_at', 'last_accessed_at', 'expires_at');
has(first.member_session, 'authentication_factors', 'organization_id', 'roles', 'organization_slug');
assert.equal(first.session_token, ben.session_token);
assert.equal(first.member.member_id, ben.member_id);
assert.equal(first.organization.organization_id, acme.organization_id);
assert.deepEqual(first.member_session.roles, ['stytch_member']);
assert.equal(first.member_session.authentication_factors[0].type, 'magic_link');
assert.ok(!first.verdict);
for (const session_jwt of [ben.session_jwt, first.session_jwt, cast.expired_session_jwt]) {
  const { member_session } = await ok(sessions.authenticate({ session_jwt }));
  assert.equal(member_session.member_session_id, first.member_session.member_session_id);
}
await refused(
  sessions.authenticate({ session_token: ben.session_token, session_jwt: ben.session_jwt }),
  400,
  'too_many_session_arguments',
);
await refused(sessions.authenticate({}), 400, 'no_session_arguments');
await refused(sessions.authenticate({ session_token: cast.dead_session_token }), 404, 'session_not_found');
await refused(sessions.authenticate({ session_token: ben.session_token, session_duration_minutes: 4 }), 400, 'invalid_session_duration');

// Prolonged, with claims of the backend's own.
const longer = await ok(
  sessions.authenticate({
    session_token: ben.session_token,
    session_duration_minutes: 600,
    session_custom_claims: { plan: 'gold' },
  }),
);
assert.ok(Date.parse(longer.member_session.expires_at) > Date.parse(first.member_session.expires_at) + 500 * 60_000);
assert.deepEqual(longer.member_session.custom_claims, { plan: 'gold' });

// May they? The server is asked, and the client decides by itself from the JWT and the policy.
const check = (more) => ({
  organization_id: acme.organization_id,
  resource_id: 'stytch.member',
  action: 'revoke.connected-app',
  ...more,
});
const asked = (member, more) => sessions.authenticate({ session_token: member.session_token, authorization_check: check(more) });
assert.deepEqual((await ok(asked(ada))).verdict, { authorized: true, granting_roles: ['stytch_admin'] });
assert.deepEqual((await ok(asked(ben, { resource_id: 'stytch.self' }))).verdict.granting_roles, ['stytch_member']);
await refused(asked(ben), 403, 'session_authorization_error');
await refused(asked(gil), 403, 'session_authorization_tenancy_error');

const local = await sessions.authenticateJwtLocal({ session_jwt: longer.session_jwt });
assert.equal(local.member_session_id, first.member_session.member_session_id);
assert.equal(local.member_id, ben.member_id);
assert.equal(local.organization_slug, cast.acme_slug);
assert.deepEqual(local.roles, ['stytch_member']);
assert.deepEqual(local.custom_claims, { plan: 'gold' });
assert.equal(Date.parse(local.expires_at), Date.parse(longer.member_session.expires_at));
const here = await sessions.authenticateJwt({ session_jwt: ada.session_jwt, authorization_check: check() });
assert.ok(!('status_code' in here), 'decided without asking');
assert.equal(here.member_session.member_id, ada.member_id);
await refusedByClient(
  sessions.authenticateJwtLocal({ session_jwt: ben.session_jwt, authorization_check: check() }),
  'invalid_permissions',
);
await refusedByClient(
  sessions.authenticateJwtLocal({ session_jwt: gil.session_jwt, authorization_check: check() }),
  'tenancy_mismatch',
);
await refusedByClient(sessions.authenticateJwtLocal({ session_jwt: cast.expired_session_jwt }), 'jwt_invalid');
for (const params of [{ session_jwt: cast.expired_session_jwt }, { session_jwt: ben.session_jwt, max_token_age_seconds: 0 }]) {
  const remote = await ok(sessions.authenticateJwt(params));
  assert.equal(remote.member_session.member_id, ben.member_id);
  assert.notEqual(remote.session_jwt, params.session_jwt);
}
await refused(
  sessions.authenticateJwt({ session_jwt: ben.session_jwt, authorization_check: check() }),
  403,
  'session_authorization_error',
);

// Policy, and the roles that an organization defines itself; both checks know them.
const { policy } = await ok(rbac.policy());
has(policy, 'roles', 'resources', 'scopes');
assert.ok(policy.roles.some((role) => role.role_id === 'stytch_admin'));
assert.ok(policy.resources.some((resource) => resource.resource_id === 'stytch.self' && resource.actions.includes('revoke.connected-app')));
assert.ok(policy.scopes.some((scope) => scope.scope === 'apps.read'), 'what the project adds');
assert.deepEqual((await ok(rbac.organizations.getOrgPolicy(acme))).org_policy, { roles: [] });
const helpdesk = {
  role_id: 'helpdesk',
  description: 'Takes access away',
  permissions: [{ resource_id: 'stytch.member', actions: ['get.connected-apps', 'revoke.connected-app'] }],
};
await ok(rbac.organizations.setOrgPolicy({ ...acme, org_policy: { roles: [helpdesk] } }));
assert.deepEqual((await ok(rbac.organizations.getOrgPolicy(acme))).org_policy, { roles: [helpdesk] });
assert.deepEqual((await ok(rbac.organizations.getOrgPolicy(globex))).org_policy, { roles: [] });
await refused(rbac.organizations.setOrgPolicy({ ...acme, org_policy: { roles: [{ ...helpdesk, role_id: 'stytch_admin' }] } }), 400, 'invalid_rbac_custom_role');
await refused(rbac.organizations.getOrgPolicy({ organization_id: 'nobody' }), 404, 'organization_not_found');
await ok(client.organizations.members.update({ ...ids(cleo), roles: ['helpdesk'] }));
const helper = await ok(asked(cleo));
assert.deepEqual(helper.verdict.granting_roles, ['helpdesk']);
const seen = await b2b().sessions.authenticateJwtLocal({ session_jwt: helper.session_jwt, authorization_check: check() });
assert.deepEqual(seen.roles.toSorted(), ['helpdesk', 'stytch_member']);

// A jwt access token passes the client's own check until it expires; introspection knows better.
const { connected_app: signs } = await ok(
  client.connectedApp.clients.create({
    client_type: 'third_party',
    client_name: 'Signs',
    redirect_urls: ['https://signs.example/callback'],
    access_token_format: 'jwt',
  }),
);
const { access_token } = await connect(client, signs, { session_token: ada.session_token }, ['openid', 'apps.read']);
const request = { token: access_token, client_id: signs.client_id, client_secret: signs.client_secret, token_type_hint: 'access_token' };
const mayRead = { authorization_check: { ...check(), action: 'get.connected-apps' } };
const byKey = await client.idp.introspectTokenLocal(access_token, mayRead);
const byNetwork = await client.idp.introspectTokenNetwork(request, mayRead);
for (const token of [byKey, byNetwork]) {
  assert.equal(token.subject, ada.member_id);
  assert.equal(token.scope, 'openid apps.read');
  assert.equal(token.token_type, 'access_token');
  assert.equal(token.issuer, BASE_URL);
  assert.deepEqual(token.organization, { organization_id: acme.organization_id, slug: cast.acme_slug });
}
assert.deepEqual(byKey.audience, byNetwork.audience);
assert.equal(byKey.expires_at, byNetwork.expires_at);
await refusedByClient(client.idp.introspectTokenLocal(access_token, { authorization_check: check() }), 'invalid_permissions');
await refusedByClient(client.idp.introspectTokenNetwork({ ...request, client_secret: 'cpcs_wrong' }), 'token_invalid');
await refused(
  client.idp.oauth.authorizeStart({
    client_id: signs.client_id,
    redirect_uri: signs.redirect_urls[0],
    response_type: 'code',
    scopes: ['openid'],
    session_token: cast.dead_session_token,
  }),
  404,
  'session_not_found',
);
const receipt = await ok(
  client.organizations.members.connectedApps.revoke(
    { ...ids(ada), connected_app_id: signs.client_id },
    by({ session_jwt: helper.session_jwt }),
  ),
);
assert.equal(Math.floor(Date.parse(receipt.effective_by) / 1000), byKey.expires_at, 'the receipt says when it is over');
await refusedByClient(client.idp.introspectTokenNetwork(request), 'token_invalid');
assert.equal(await isActive(signs, access_token), false);
assert.equal(await asksForConsent(client, signs, ids(ada)), true);

// Lists, and ends.
const listed = async (member) =>
  (await ok(sessions.get(ids(member)))).member_sessions.map((session) => session.member_session_id);
const mine = first.member_session.member_session_id;
assert.deepEqual(await listed(ben), [mine]);
await refused(sessions.get({ organization_id: globex.organization_id, member_id: ben.member_id }), 404, 'member_not_found');
await refused(sessions.revoke({}), 400, 'no_session_revoke_arguments');
await refused(
  sessions.revoke({ session_token: ben.session_token, member_id: ben.member_id }),
  400,
  'too_many_session_revoke_arguments',
);
await refused(sessions.revoke({ member_session_id: mine }, by({ session_token: gil.session_token })), 403, 'session_authorization_tenancy_error');
assert.deepEqual(await listed(ben), [mine]);
await ok(sessions.revoke({ member_session_id: mine }, by({ session_token: ada.session_token })));
assert.deepEqual(await listed(ben), []);
for (const session of [{ session_token: ben.session_token }, { session_jwt: ben.session_jwt }]) {
  await refused(sessions.authenticate(session), 404, 'session_not_found');
}
await refused(
  client.organizations.members.getConnectedApps(ids(ben), by({ session_token: ben.session_token })),
  404,
  'session_not_found',
);
assert.ok(await sessions.authenticateJwtLocal({ session_jwt: ben.session_jwt }), 'who does not ask does not hear of it');
await ok(sessions.revoke({ session_jwt: cleo.session_jwt }));
assert.deepEqual(await listed(cleo), []);
await ok(sessions.revoke({ member_id: ada.member_id }));
assert.deepEqual(await listed(ada), []);
