// The official MCP SDK as an agent uses it: it is given the address of a tool and finds out everything else by itself.
import assert from 'node:assert/strict';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Browser } from './browser.mjs';
import { appIdOf, backendRevokes, memberRevokes } from './doors.mjs';
import { findsItselfOut } from './ending.mjs';
import { startResource } from './mcp-resource.mjs';
import { cast, http } from './support.mjs';

const SCOPES = ['openid', 'offline_access'];
const REDIRECT = 'http://127.0.0.1:33418/callback';
const ben = new Browser(cast.portal_session);

/** What the SDK wants an agent to keep. */
class Agent {
  /** @param known { clientInformation } of an app that is registered, { clientMetadataUrl } of one that names itself */
  constructor(known = {}) {
    this.known = known.clientInformation;
    this.clientMetadataUrl = known.clientMetadataUrl;
    this.redirectUrl = REDIRECT;
    this.clientMetadata = {
      client_name: 'Scribe',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid offline_access',
    };
  }

  clientInformation = () => this.known;
  saveClientInformation = (information) => void (this.known = information);
  tokens = () => this.held;
  saveTokens = (tokens) => void (this.held = tokens);
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);
  state = () => 'agent-state';
  redirectToAuthorization = (link) => void (this.link = link);
  invalidateCredentials = (what) => {
    this.invalidated = what;
    if (what === 'tokens' || what === 'all') {
      this.held = undefined;
    }
  };
}

async function connected(agent, resource) {
  const client = new Client({ name: 'scribe', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(resource), { authProvider: agent }));
  return client;
}

/** What the agent may do itself at the endpoints of the authorization server that it found. */
const ask = (agent, endpoint, form) =>
  http('POST', `${new URL(cast.issuer).pathname}/oauth2/${endpoint}`, {
    form: { client_id: agent.known.client_id, ...form },
  });

const refresh = async (agent, resource, refresh_token) =>
  (await ask(agent, 'token', { grant_type: 'refresh_token', refresh_token, resource })).body;

const whoami = async (client) => (await client.callTool({ name: 'whoami' })).content[0].text;

const status = async (resource, token) =>
  (await fetch(resource, { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status;

/** The answer to the SDK's own link, when nobody may be shown anything. */
async function silently(link) {
  const quiet = new URL(link);
  quiet.searchParams.set('prompt', 'none');
  return (await ben.open(quiet)).back.searchParams.get('error');
}

/** From nothing to a tool that answers. */
async function letIn(agent, resource) {
  const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider: agent });
  await assert.rejects(new Client({ name: 'scribe', version: '1.0.0' }).connect(transport), UnauthorizedError);
  const link = new URL(agent.link);
  assert.equal(link.searchParams.get('resource'), resource, 'RFC 8707');
  assert.equal(link.searchParams.get('code_challenge_method'), 'S256');
  const back = await ben.allow(link);
  assert.equal(back.origin + back.pathname, REDIRECT);
  assert.equal(back.searchParams.get('state'), 'agent-state');
  await transport.finishAuth(back.searchParams.get('code'));
  const client = await connected(agent, resource);
  assert.equal(await whoami(client), cast.ben.member_id);
  return client;
}

async function story(agent, revoke) {
  const { resource, close } = await startResource(SCOPES);
  const other = await startResource(SCOPES);
  try {
    const client = await letIn(agent, resource);
    assert.ok(agent.held.refresh_token);

    // For this resource, and for no other: the other one sends the agent away, with the same token.
    assert.equal(await status(other.resource, agent.held.access_token), 401);

    // An access token that has ended: the SDK sees the 401, refreshes and calls again, and the person sees nothing of it.
    const first = agent.held;
    agent.link = undefined;
    await ask(agent, 'revoke', { token: first.access_token });
    assert.equal(await whoami(client), cast.ben.member_id);
    assert.notEqual(agent.held.access_token, first.access_token);
    assert.notEqual(agent.held.refresh_token, first.refresh_token, 'a public client gets a new one each time');
    assert.equal(agent.link, undefined);

    const last = agent.held;
    await revoke(agent.known.client_id);
    await assert.rejects(whoami(client), UnauthorizedError, 'the next call asks for authorization again');
    assert.ok(agent.link, 'with a link for the person');
    assert.equal(agent.invalidated, 'tokens');
    await findsItselfOut(ben, {
      refresh: async () => (await refresh(agent, resource, last.refresh_token)).error,
      call: (token) => status(resource, token),
      tokens: [first.access_token, last.access_token],
      isActive: async (token) => (await ask(agent, 'introspect', { token })).body.active,
      silently: () => silently(agent.link),
      link: () => agent.link,
    });

    // And it can come back in by the same way, to a new life that does not wake the old one.
    const again = await letIn(agent, resource);
    assert.equal(await whoami(again), cast.ben.member_id);
    assert.equal((await refresh(agent, resource, last.refresh_token)).error, 'invalid_grant');
  } finally {
    await Promise.all([close(), other.close()]);
  }
}

switch (cast.way) {
  case 'registered':
    await story(new Agent({ clientInformation: { client_id: cast.agent.client_id } }), memberRevokes);
    break;
  case 'dynamic':
    await story(new Agent(), (app) => ben.removeAccess(app));
    break;
  case 'document':
    await story(new Agent({ clientMetadataUrl: cast.document }), async () => backendRevokes(await appIdOf('Scribe')));
    break;
  default:
    assert.fail(cast.way);
}
