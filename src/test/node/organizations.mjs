// Organizations, their members and roles, through the official client; every change is read back.
import assert from 'node:assert/strict';
import { b2b, cast, has, ok, refused } from './support.mjs';

const client = b2b();
const { organizations } = client;
const { members } = organizations;
const { acme, globex, ada, ben, gil, calendar } = cast;
const by = (authorization) => ({ authorization });
const get = async (id) => (await ok(organizations.get({ organization_id: id }))).organization;

// Organizations.
const { organization: created } = await ok(
  organizations.create({
    organization_name: 'Initech',
    organization_slug: 'initech',
    organization_external_id: 'crm|42',
    organization_logo_url: 'https://initech.example/logo.png',
    trusted_metadata: { plan: 'gold', seats: 5 },
    email_allowed_domains: ['initech.example'],
    email_jit_provisioning: 'RESTRICTED',
    mfa_policy: 'REQUIRED_FOR_ALL',
    third_party_connected_apps_allowed_type: 'RESTRICTED',
    allowed_third_party_connected_apps: [calendar.client_id],
  }),
);
has(created, 'organization_id', 'organization_name', 'organization_logo_url', 'organization_slug');
has(created, 'sso_jit_provisioning', 'sso_jit_provisioning_allowed_connections', 'sso_active_connections');
has(created, 'email_allowed_domains', 'email_jit_provisioning', 'email_invites', 'auth_methods');
has(created, 'allowed_auth_methods', 'mfa_policy', 'rbac_email_implicit_role_assignments', 'mfa_methods');
has(created, 'allowed_mfa_methods', 'oauth_tenant_jit_provisioning', 'claimed_email_domains', 'custom_roles');
has(created, 'first_party_connected_apps_allowed_type', 'allowed_first_party_connected_apps');
has(created, 'third_party_connected_apps_allowed_type', 'allowed_third_party_connected_apps');
for (const id of [created.organization_id, 'initech', 'crm|42']) {
  assert.deepEqual(await get(id), created);
}
await ok(organizations.update({ organization_id: 'initech', organization_name: 'Initech 2', trusted_metadata: { seats: 6 } }));
const renamed = await get('initech');
assert.deepEqual(
  { ...renamed, updated_at: created.updated_at },
  { ...created, organization_name: 'Initech 2', trusted_metadata: { plan: 'gold', seats: 6 } },
  'what an update leaves out stays',
);

// A list is cleared only together with what gives it its meaning.
const policy = ({ third_party_connected_apps_allowed_type: type, allowed_third_party_connected_apps: list }) => [type, list];
await ok(organizations.update({ organization_id: 'initech', allowed_third_party_connected_apps: [] }));
assert.deepEqual(policy(await get('initech')), ['RESTRICTED', [calendar.client_id]]);
await ok(
  organizations.update({
    organization_id: 'initech',
    third_party_connected_apps_allowed_type: 'RESTRICTED',
    allowed_third_party_connected_apps: [],
  }),
);
assert.deepEqual(policy(await get('initech')), ['RESTRICTED', []]);
await refused(
  organizations.update({
    organization_id: 'initech',
    third_party_connected_apps_allowed_type: 'RESTRICTED',
    allowed_third_party_connected_apps: [cast.foreign_app],
  }),
  404,
  'connected_app_not_found',
);
await refused(organizations.create({ organization_name: 'Other', organization_slug: 'initech' }), 400, 'organization_slug_already_used');
await refused(organizations.create({}), 400, 'bad_request');
await refused(organizations.update({ organization_id: 'initech', mfa_policy: 'SOMETIMES' }), 400, 'bad_request');

// Under a member's own permissions.
const rename = (session) => organizations.update({ ...acme, organization_name: 'Acme!' }, by(session));
await refused(rename({ session_token: ben.session_token }), 403, 'session_authorization_error');
await refused(rename({ session_token: gil.session_token }), 403, 'session_authorization_tenancy_error');
await ok(rename({ session_jwt: ada.session_jwt }));
assert.equal((await get(acme.organization_id)).organization_name, 'Acme!');
await refused(
  organizations.update({ ...acme, third_party_connected_apps_allowed_type: 'NOT_ALLOWED' }, by({ session_token: ben.session_token })),
  403,
  'session_authorization_error',
);
await refused(organizations.delete(acme, by({ session_token: ben.session_token })), 403, 'session_authorization_error');

// Search, metrics.
const search = (filter_name, filter_value) =>
  ok(organizations.search({ query: { operator: 'AND', operands: [{ filter_name, filter_value }] } }));
for (const [name, value] of [
  ['organization_ids', [created.organization_id]],
  ['organization_slugs', ['initech']],
  ['organization_name_fuzzy', 'nitech 2'],
  ['organization_slug_fuzzy', 'nite'],
  ['allowed_domains', ['initech.example']],
  ['allowed_domain_fuzzy', 'initech'],
]) {
  const found = await search(name, value);
  assert.deepEqual(found.organizations.map((each) => each.organization_id), [created.organization_id], name);
  assert.equal(found.results_metadata.total, 1);
}
assert.equal((await search('member_emails', ['ben@acme.example'])).organizations[0].organization_id, acme.organization_id);
await refused(
  organizations.search({ query: { operator: 'AND', operands: [{ filter_name: 'colour', filter_value: 'red' }] } }),
  400,
  'organization_search_invalid_filter',
);
const seen = new Set();
for (let cursor = ''; cursor !== undefined; ) {
  const page = await ok(organizations.search({ limit: 2, ...(cursor && { cursor }) }));
  assert.equal(page.results_metadata.total, 3);
  page.organizations.forEach((each) => seen.add(each.organization_id));
  cursor = page.results_metadata.next_cursor ?? undefined;
}
assert.equal(seen.size, 3);
assert.equal((await ok(organizations.metrics(acme))).member_count, 3);

// Members.
const M = async (call) => {
  const answer = await ok(call);
  assert.equal(answer.member_id, answer.member.member_id);
  assert.equal(answer.organization.organization_id, answer.member.organization_id);
  return answer.member;
};
const dot = await M(
  members.create({
    organization_id: 'initech',
    email_address: 'Dot@initech.example',
    name: 'Dot',
    roles: ['stytch_admin'],
    external_id: 'hr|7',
    trusted_metadata: { level: 3 },
    untrusted_metadata: { colour: 'red' },
  }),
);
has(dot, 'organization_id', 'member_id', 'email_address', 'status', 'name', 'sso_registrations', 'is_breakglass');
has(dot, 'member_password_id', 'oauth_registrations', 'email_address_verified', 'mfa_phone_number_verified', 'is_admin');
has(dot, 'totp_registration_id', 'retired_email_addresses', 'is_locked', 'mfa_enrolled', 'mfa_phone_number');
has(dot, 'default_mfa_method', 'roles');
assert.equal(dot.status, 'active');
assert.equal(dot.is_admin, true);
assert.deepEqual(dot.roles.map((role) => role.role_id).toSorted(), ['stytch_admin', 'stytch_member']);
assert.deepEqual(dot.roles.find((role) => role.role_id === 'stytch_admin').sources[0].type, 'direct_assignment');
const ids = { organization_id: created.organization_id, member_id: dot.member_id };
const read = () => M(members.get(ids));
assert.deepEqual(await read(), dot);
assert.deepEqual(await M(members.get({ organization_id: 'crm|42', email_address: 'dot@INITECH.example' })), dot);
assert.deepEqual(await M(members.dangerouslyGet({ member_id: dot.member_id })), dot);
await refused(
  members.create({ organization_id: 'initech', email_address: 'dot@initech.example' }),
  400,
  'duplicate_member_email',
);
await refused(members.create({ organization_id: 'initech', email_address: 'nobody' }), 400, 'invalid_email');
await refused(
  members.create({ organization_id: 'initech', email_address: 'e@initech.example', roles: ['king'] }),
  400,
  'invalid_rbac_role_assignment',
);

await M(members.update({ organization_id: 'initech', member_id: 'hr|7', name: 'Dorothy', untrusted_metadata: { size: 'm' } }));
assert.deepEqual(
  { ...(await read()), updated_at: dot.updated_at },
  { ...dot, name: 'Dorothy', untrusted_metadata: { colour: 'red', size: 'm' } },
);
await M(members.update({ ...ids, roles: ['stytch_member'] }));
assert.equal((await read()).is_admin, false);
assert.equal((await M(members.deleteExternalId(ids))).external_id, '');
assert.equal((await read()).external_id, '');
assert.equal((await ok(organizations.deleteExternalId({ organization_id: 'initech' }))).organization.organization_external_id, '');
await refused(organizations.get({ organization_id: 'crm|42' }), 404, 'organization_not_found');

// Their own name, nobody else's; not their own roles.
const benIds = { organization_id: ben.organization_id, member_id: ben.member_id };
const adaIds = { organization_id: ada.organization_id, member_id: ada.member_id };
const own = by({ session_token: ben.session_token });
assert.equal((await M(members.update({ ...benIds, name: 'Benjamin' }, own))).name, 'Benjamin');
await refused(members.update({ ...adaIds, name: 'Eve' }, own), 403, 'session_authorization_error');
await refused(members.update({ ...benIds, roles: ['stytch_admin'] }, own), 403, 'session_authorization_error');
await refused(members.update({ ...benIds, name: 'Eve' }, by({ session_token: gil.session_token })), 403, 'session_authorization_tenancy_error');
await refused(
  members.create({ ...acme, email_address: 'x@acme.example' }, own),
  403,
  'session_authorization_error',
);
assert.equal(
  (await M(members.create({ ...acme, email_address: 'eve@acme.example' }, by({ session_jwt: ada.session_jwt })))).organization_id,
  acme.organization_id,
);

// Search.
const find = (operand, options, organization_ids = [created.organization_id]) =>
  ok(members.search({ organization_ids, query: { operator: 'AND', operands: [operand] } }, options));
for (const [filter_name, filter_value] of [
  ['member_ids', [dot.member_id]],
  ['member_emails', ['dot@initech.example']],
  ['member_email_fuzzy', 'initech'],
  ['member_is_breakglass', false],
  ['statuses', ['active']],
]) {
  const found = await find({ filter_name, filter_value });
  assert.deepEqual(found.members.map((each) => each.member_id), [dot.member_id], filter_name);
  assert.equal(found.results_metadata.total, 1);
  assert.deepEqual(Object.keys(found.organizations), [created.organization_id]);
}
await refused(find({ filter_name: 'colour', filter_value: 'red' }), 400, 'member_search_invalid_filter');
const inAcme = await ok(members.search({ organization_ids: [acme.organization_id] }, by({ session_token: ada.session_token })));
assert.equal(inAcme.results_metadata.total, 4);
await refused(members.search({ organization_ids: [acme.organization_id] }, own), 403, 'session_authorization_error');
await refused(
  members.search({ organization_ids: [globex.organization_id] }, by({ session_token: ada.session_token })),
  403,
  'session_authorization_tenancy_error',
);

// Deactivated, and back.
assert.equal((await ok(members.delete(ids))).member_id, dot.member_id);
await refused(members.get(ids), 404, 'member_not_found');
await refused(members.dangerouslyGet({ member_id: dot.member_id }), 404, 'member_not_found');
assert.equal((await M(members.dangerouslyGet({ member_id: dot.member_id, include_deleted: true }))).status, 'deleted');
assert.equal((await M(members.reactivate(ids))).status, 'active');
assert.equal((await read()).name, 'Dorothy');

// The same by an admin, and not by anybody.
const admin = by({ session_token: ada.session_token });
const eve = await M(members.get({ ...acme, email_address: 'eve@acme.example' }));
const eveIds = { ...acme, member_id: eve.member_id };
const status = async () => (await M(members.dangerouslyGet({ member_id: eve.member_id, include_deleted: true }))).status;
await M(members.update({ ...eveIds, external_id: 'hr|8' }));
await refused(members.delete(eveIds, own), 403, 'session_authorization_error');
await refused(members.deleteExternalId(eveIds, own), 403, 'session_authorization_error');
assert.equal((await M(members.deleteExternalId(eveIds, admin))).external_id, '');
await ok(members.delete(eveIds, admin));
assert.equal(await status(), 'deleted');
await refused(members.reactivate(eveIds, own), 403, 'session_authorization_error');
await refused(members.reactivate(eveIds, by({ session_jwt: gil.session_jwt })), 403, 'session_authorization_tenancy_error');
assert.equal(await status(), 'deleted');
await M(members.reactivate(eveIds, admin));
assert.equal(await status(), 'active');
await refused(organizations.deleteExternalId(acme, own), 403, 'session_authorization_error');
await ok(organizations.deleteExternalId(acme, by({ session_jwt: ada.session_jwt })));
assert.equal((await get(acme.organization_id)).organization_external_id, '');
await ok(organizations.delete(globex, by({ session_jwt: gil.session_jwt })));
await refused(organizations.get(globex), 404, 'organization_not_found');

// Ids as nobody should send them.
for (const organization_id of ['a?b', '../search', 'a b', 'a#b', '%2e%2e', "'; --", 'x'.repeat(300)]) {
  await refused(organizations.get({ organization_id }), 404, 'organization_not_found');
  await refused(members.delete({ organization_id, member_id: dot.member_id }), 404, 'organization_not_found');
  await refused(members.delete({ ...ids, member_id: organization_id }), 404, 'member_not_found');
}

await ok(organizations.delete({ organization_id: created.organization_id }));
await refused(organizations.get({ organization_id: created.organization_id }), 404, 'organization_not_found');
await refused(members.dangerouslyGet({ member_id: dot.member_id }), 404, 'member_not_found');
