// Two of the doors through which a person's access can be taken from an app; a third is the portal page, in browser.mjs.
import assert from 'node:assert/strict';
import { cast, http, ok, PROJECT_ID, SECRET } from './support.mjs';

const apps = `/v1/b2b/organizations/${cast.ben.organization_id}/members/${cast.ben.member_id}/connected_apps`;
const basic = [PROJECT_ID, SECRET];

const revoke = async (app, headers) =>
  (await http('POST', `${apps}/${app}/revoke`, { json: {}, basic, headers })).body;

/** The project's backend, in its own name. */
export const backendRevokes = (app) => ok(revoke(app, {}));

/** The backend on behalf of the member, whose own permissions then count. */
export const memberRevokes = (app) => ok(revoke(app, { 'x-stytch-member-session': cast.session_token }));

/** The id that we gave an app, found by its name among those that Ben let in. */
export async function appIdOf(name) {
  const { body } = await http('GET', apps, { basic });
  const found = body.connected_apps.filter((each) => each.name === name);
  assert.equal(found.length, 1, JSON.stringify(body));
  return found[0].connected_app_id;
}
