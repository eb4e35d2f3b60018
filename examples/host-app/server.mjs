// The smallest host: it knows who is signed in, asks Ungrant for a token for that person, and hands it to its page.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { base_url: base, b2b } = JSON.parse(await readFile(process.argv[2] ?? '../../.demo/cast.json'));
const origin = 'http://localhost:3000';
const people = Object.entries(b2b.members).filter(([, member]) => member.session_token);
const sessions = new Map();

const escaped = text => text.replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
const page = (title, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/host.css"></head><body><header><strong>Host</strong> <nav><a href="/">Settings</a> <a href="/react">React</a></nav></header>
<main><h1>${title}</h1>${body}</main></body></html>`;

const pages = {
  '/': () => page('Settings', `
    <p>What follows is the portal. <button type="button" id="look">Dark</button></p>
    <connected-apps token-url="/connected-apps/token"></connected-apps>
    <p id="said" role="status"></p>
    <script type="module" src="${base}/embed.js" crossorigin></script><script type="module" src="/host.js"></script>`),
  '/react': () => page('Settings, by the React SDK', '<div id="root"></div><script type="module" src="/react.bundle.js"></script>'),
};

// What a host would do with its own list of integrations.
const script = `
const apps = document.querySelector('connected-apps');
apps.addEventListener('app-revoked', event => {
  document.querySelector('#said').textContent = 'The host knows: ' + event.detail.connected_app_id + ' is gone.';
});
document.querySelector('#look').addEventListener('click', event => {
  const dark = apps.getAttribute('theme') !== 'dark';
  apps.setAttribute('theme', dark ? 'dark' : 'light');
  event.target.textContent = dark ? 'Light' : 'Dark';
});`;
const style = `body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #1d1d22 } header { padding: 0.75rem 1.5rem; background: #23233a; color: #fff }
header a { color: #fff; margin-inline-start: 1rem } header nav { display: inline } main { max-width: 70rem; margin: auto; padding: 1.5rem }`;

const token = async (member, wishes) => fetch(`${base}/v1/embed/sessions`, {
  method: 'POST',
  headers: { Authorization: `Basic ${btoa(`${b2b.project_id}:${b2b.secret}`)}`, 'Content-Type': 'application/json' },
  // Whom it is about comes from the session here; the page has wishes about look and language, and no more.
  body: JSON.stringify({
    theme: wishes.theme, locale: wishes.locale, direction: wishes.direction, time_zone: wishes.time_zone,
    embed_origin: origin, organization_id: b2b.organizations[member.organization].organization_id, member_id: member.member_id,
  }),
});

createServer(async (request, response) => {
  const send = (status, type, body, headers = {}) => response.writeHead(status, { 'Content-Type': type, ...headers }).end(body);
  const { pathname } = new URL(request.url, origin);
  const member = sessions.get(/(?:^|; )host=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]);
  let sent = '';
  for await (const part of request) if ((sent += part).length > 10_000) return request.destroy();
  // No page of another site may sign somebody in here, or get a token.
  if (request.method === 'POST' && request.headers.origin !== origin) return send(403, 'text/plain', 'no');
  if (pathname === '/sign-in' && request.method === 'POST') {
    const [, chosen] = people.find(([name]) => name === new URLSearchParams(sent).get('who')) ?? [];
    if (!chosen) return send(400, 'text/plain', 'who?');
    const id = randomUUID();
    sessions.set(id, chosen);
    return send(303, 'text/plain', '', { Location: '/', 'Set-Cookie': `host=${id}; Path=/; HttpOnly; SameSite=Lax` });
  }
  if (pathname === '/host.js') return send(200, 'text/javascript', script);
  if (pathname === '/host.css') return send(200, 'text/css', style);
  if (pathname === '/react.bundle.js') {
    const bundle = await readFile('react.bundle.js').catch(() => null);
    return bundle ? send(200, 'text/javascript', bundle) : send(404, 'text/plain', 'It was not built.');
  }
  if (!member) {
    return send(200, 'text/html; charset=utf-8', page('Who are you?', people.map(([name, one]) =>
      `<form method="post" action="/sign-in"><button name="who" value="${escaped(name)}">${escaped(one.name)}</button></form>`).join('')));
  }
  if (pathname === '/connected-apps/token' && request.method === 'POST') {
    const answer = await token(member, JSON.parse(sent));
    return send(answer.status, 'application/json', await answer.text(), { 'Cache-Control': 'no-store' });
  }
  if (pathname === '/session' && request.method === 'POST') {
    const { session_token, session_jwt } = member;
    return send(200, 'application/json', JSON.stringify({ base, public_token: b2b.public_token, session_token, session_jwt }), { 'Cache-Control': 'no-store' });
  }
  const found = Object.hasOwn(pages, pathname) && pages[pathname];
  return found ? send(200, 'text/html; charset=utf-8', found()) : send(404, 'text/plain', 'nothing here');
}).listen(3000, '127.0.0.1', () => console.log(`A host on ${origin}, beside the portal at ${base}`));
