// The smallest host: it knows who is signed in, asks Ungrant for a token for that person, and hands it to its page.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { base_url: base, b2b } = JSON.parse(await readFile(process.argv[2] ?? '../../.demo/cast.json'));
const origin = 'http://localhost:3000';
const people = Object.entries(b2b.members).filter(([, member]) => member.session_token);
const sessions = new Map();

const escaped = text => String(text).replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
const page = (title, member, body, path) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} – Acorn</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/host.css"><link rel="icon" href="data:,"></head><body>
<header><strong>Acorn</strong>${member ? `
  <nav aria-label="Pages">${Object.entries(links).map(([to, text]) => `<a href="${to}"${to === path ? ' aria-current="page"' : ''}>${text}</a>`).join('')}</nav>
  <form method="post" action="/sign-out"><span>${escaped(member.name)}</span><button>Sign out</button></form>` : ''}</header>
<main><h1>${title}</h1>${body}</main></body></html>`;

const links = { '/': 'In a frame', '/react': 'With the React SDK' };
const pages = {
  '/': () => `
    <p class="lead">This page is the host's. Below it shows Ungrant's portal in a frame. <button type="button" id="look">Dark</button></p>
    <ol id="said" role="status" aria-label="What the host heard"></ol>
    <connected-apps token-url="/connected-apps/token"></connected-apps>
    <script type="module" src="${base}/embed.js" crossorigin></script><script type="module" src="/host.js"></script>`,
  '/react': () => `
    <p class="lead">The same apps, drawn by the host itself with <code>@stytch/react</code>.</p>
    <div id="root"></div><script type="module" src="/react.bundle.js"></script>`,
};

// What the page may load, and where its forms may lead: what docs/embed.md asks for, and no more.
const policy = `default-src 'none'; script-src 'self' ${base}; style-src 'self'; img-src 'self' data:; connect-src 'self' ${base};`
  + ` frame-src ${base}; form-action 'self' ${base}; base-uri 'none'; frame-ancestors 'none'`;

// A host has a list of its integrations somewhere; this is where it would take one off.
const script = `
const apps = document.querySelector('connected-apps');
const names = ${JSON.stringify(Object.fromEntries(Object.values(b2b.apps).map(app => [app.connected_app_id, app.name])))};
apps.addEventListener('app-revoked', event => {
  const line = document.createElement('li');
  line.textContent = (names[event.detail.connected_app_id] ?? 'An app') + ' lost its access. The host took it off its list.';
  document.querySelector('#said').append(line);
});
document.querySelector('#look').addEventListener('click', event => {
  const dark = apps.getAttribute('theme') !== 'dark';
  apps.setAttribute('theme', dark ? 'dark' : 'light');
  document.documentElement.className = dark ? 'dark' : '';
  event.target.textContent = dark ? 'Light' : 'Dark';
});`;
const style = `:root { color-scheme: light; --ground: #f6f7f9; --card: #fff; --text: #1d1d22; --quiet: #5a5f6b; --line: #d9dce3; --link: #2b50c8 }
.dark { color-scheme: dark; --ground: #0e1015; --card: #181b22; --text: #eceef3; --quiet: #a3a9b6; --line: #333944; --link: #9db4ff }
* { box-sizing: border-box } body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground) }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1.25rem; background: #23233a; color: #fff }
header a, header span { color: #fff } header a { text-decoration: none } header a[aria-current], header a:hover { text-decoration: underline; text-underline-offset: .375rem } nav { display: flex; gap: 1.25rem } header form { display: flex; gap: .75rem; align-items: center; margin-inline-start: auto }
main { max-width: 70rem; margin: auto; padding: 1.5rem 1.25rem } h1 { margin: 0; font-size: 1.5rem } .lead { margin: .25rem 0 1.25rem; color: var(--quiet) }
button { min-height: 2.25rem; padding: 0 .875rem; font: inherit; font-size: .875rem; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: .5rem; cursor: pointer }
button:hover { border-color: currentColor } button:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.list { list-style: none; margin: 0; padding: 0; max-width: 40rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
.list li { display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: .75rem 1rem } .list li + li { border-top: 1px solid var(--line) }
.list small { display: block; color: var(--quiet); overflow-wrap: anywhere } .list button { flex: none }
#said { margin: 0 0 1rem; padding: 0; list-style: none } #said li { padding: .625rem 1rem; margin-top: .5rem; background: var(--card); border-inline-start: 4px solid #1a7f4b; border-radius: .25rem }
connected-apps { overflow: hidden; border: 1px solid var(--line); border-radius: .75rem } connected-apps p { margin: 1.5rem }`;

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
  const html = (title, member, body) => send(200, 'text/html; charset=utf-8', page(title, member, body, pathname), { 'Content-Security-Policy': policy });
  const { pathname } = new URL(request.url, origin);
  const id = /(?:^|; )host=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const member = sessions.get(id);
  let sent = '';
  for await (const part of request) if ((sent += part).length > 10_000) return request.destroy();
  // No page of another site may sign somebody in here, or get a token.
  if (request.method === 'POST' && request.headers.origin !== origin) return send(403, 'text/plain', 'no');
  if (pathname === '/sign-in' && request.method === 'POST') {
    const [, chosen] = people.find(([name]) => name === new URLSearchParams(sent).get('who')) ?? [];
    if (!chosen) return send(400, 'text/plain', 'who?');
    const begun = randomUUID();
    sessions.set(begun, chosen);
    return send(303, 'text/plain', '', { Location: '/', 'Set-Cookie': `host=${begun}; Path=/; HttpOnly; SameSite=Lax` });
  }
  if (pathname === '/sign-out' && request.method === 'POST') {
    sessions.delete(id);
    return send(303, 'text/plain', '', { Location: '/', 'Set-Cookie': 'host=; Path=/; Max-Age=0' });
  }
  if (pathname === '/host.js') return send(200, 'text/javascript', script);
  if (pathname === '/host.css') return send(200, 'text/css', style);
  if (pathname === '/react.bundle.js') {
    const bundle = await readFile('react.bundle.js').catch(() => null);
    return bundle ? send(200, 'text/javascript', bundle) : send(404, 'text/plain', 'It was not built.');
  }
  if (!member) {
    return html('Who are you?', null, `<p class="lead">A host has a sign-in of its own; here you pick a person.</p><ul class="list">${people.map(([name, one]) =>
      `<li><span>${escaped(one.name)}<small>${escaped(one.email_address)}</small></span>
        <form method="post" action="/sign-in"><button name="who" value="${escaped(name)}" aria-label="Sign in as ${escaped(one.name)}">Sign in</button></form></li>`).join('')}</ul>`);
  }
  if (pathname === '/connected-apps/token' && request.method === 'POST') {
    const answer = await token(member, JSON.parse(sent));
    return send(answer.status, 'application/json', await answer.text(), { 'Cache-Control': 'no-store' });
  }
  if (pathname === '/session' && request.method === 'POST') {
    const { session_token, session_jwt } = member;
    return send(200, 'application/json', JSON.stringify({ base, public_token: b2b.public_token, session_token, session_jwt }), { 'Cache-Control': 'no-store' });
  }
  return Object.hasOwn(pages, pathname) ? html('Settings', member, pages[pathname]()) : send(404, 'text/plain', 'nothing here');
}).listen(3000, '127.0.0.1', () => console.log(`A host on ${origin}, beside the portal at ${base}`));
