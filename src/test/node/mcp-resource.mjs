// A small protected resource, built with the official MCP SDK: one tool, and a token for it or nothing. It says where to get
// one (RFC 9728) and asks the authorization server about each it is shown (RFC 7662), on every call.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { cast, http, PROJECT_ID, SECRET } from './support.mjs';

const METADATA = '/.well-known/oauth-protected-resource/mcp';

/** Answers { resource, close }; who calls is what the tool answers with. */
export async function startResource(scopes) {
  const server = createServer(answer);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const resource = `${origin}/mcp`;

  async function answer(request, response) {
    if (request.url === METADATA) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ resource, authorization_servers: [cast.issuer], scopes_supported: scopes }),
      );
      return;
    }
    const person = request.url === '/mcp' && (await known(request.headers.authorization));
    if (!person) {
      response.writeHead(request.url === '/mcp' ? 401 : 404, {
        'www-authenticate': `Bearer error="invalid_token", resource_metadata="${origin}${METADATA}"`,
      });
      response.end();
      return;
    }
    if (request.method !== 'POST') {
      // No stream of the server's own; the protocol has this answer for it.
      response.writeHead(405, { allow: 'POST' });
      response.end();
      return;
    }
    const mcp = new McpServer({ name: 'notebook', version: '1.0.0' });
    mcp.registerTool('whoami', { description: 'Says whose notebook this is' }, () => ({
      content: [{ type: 'text', text: person }],
    }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    response.on('close', () => transport.close());
    await mcp.connect(transport);
    await transport.handleRequest(request, response);
  }

  async function known(authorization) {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      return undefined;
    }
    const form = { token, resource };
    const { body } = await http('POST', '/v1/oauth2/introspect', { form, basic: [PROJECT_ID, SECRET] });
    return body.active && [body.aud].flat().includes(resource) ? body.sub : undefined;
  }

  const close = () =>
    new Promise((closed) => {
      server.close(closed);
      server.closeAllConnections();
    });
  return { resource, close };
}
