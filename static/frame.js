// The portal in a host's frame: what htmx and portal.js do not do there. Loaded after both, and only in frames.
// Whoever holds the session's handle is the person, so it stays in this function, and no message carries it.
(() => {
  'use strict';
  const VERSION = 1;
  const IDLE = 30 * 60 * 1000;
  const NOTICE = 2 * 60 * 1000;
  const READABLE = 500;
  const SEEN = 300;
  const root = document.documentElement;
  const dialog = document.getElementById('dialog');
  const said = name => document.querySelector(`meta[name="embed-${name}"]`);
  const host = said('origin').content;
  const say = text => { document.getElementById('announcement').textContent = text; };

  root.classList.add('framed');

  const meta = said('session');
  const handle = meta ? meta.content : null;
  if (meta) meta.remove();

  const tell = (type, more) => {
    if (window.parent !== window) window.parent.postMessage({ ungrant: VERSION, type, ...more }, host);
  };

  // Sessions. The cookie may not come back, so every request carries the handle; what was used lately does not end.
  const ends = Date.now() + Number(said('seconds').content) * 1000;
  let used = Date.now();
  let warned = false;
  let over = false;
  let locale = null;
  const headers = () => ({ ...(handle && { 'X-Embed-Session': handle }), ...(locale && { 'X-Embed-Locale': locale }) });
  const end = () => {
    if (over) return;
    over = true;
    if (dialog.open) dialog.close();
    const words = document.getElementById('over');
    if (!document.querySelector('main [data-over]')) document.getElementById('main').replaceChildren(words.content.cloneNode(true));
    document.getElementById('problem').replaceChildren();
    tell('session-expired');
  };
  setInterval(() => {
    const left = Math.min(ends, used + IDLE) - Date.now();
    if (left <= 0) end();
    else if (left <= NOTICE && !warned) {
      warned = true;
      tell('session-expiring', { seconds: Math.round(left / 1000) });
    }
  }, 5000);
  const touch = async () => {
    const response = await fetch('/embed/session', { headers: headers(), mode: 'same-origin' }).catch(() => null);
    if (response && response.status === 401) end();
    else if (response && response.ok) wake();
  };
  const wake = () => {
    used = Date.now();
    warned = false;
  };

  document.addEventListener('htmx:config:request', event => Object.assign(event.detail.ctx.request.headers, headers()));
  document.addEventListener('htmx:after:request', event => { if (event.detail.ctx.response.status < 400) wake(); });

  // Links and forms. Both fetch the page they lead to and show its main part: a navigation could not carry the handle, and
  // would give the host's back button steps that are ours.
  let path = location.pathname === '/embed' ? '/embed/apps' : location.pathname + location.search;
  let going = false;
  const go = (method, to, source) => {
    going = true;
    return htmx.ajax(method, to, { source, target: '#main', select: '#main', selectOOB: '#frame-words', swap: 'outerHTML' });
  };
  const ours = url => url.origin === location.origin && url.pathname.startsWith('/embed/');
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches('[data-open]') && known) {
      event.preventDefault();
      tell('open-url', { kind: 'portal' });
      return;
    }
    const url = new URL(link.href);
    if (link.target || !ours(url)) return;
    event.preventDefault();
    go('GET', url.pathname + url.search, link);
  });
  document.addEventListener('submit', event => {
    const form = event.target;
    const url = new URL(form.action, location);
    if (event.defaultPrevented || !ours(url) || form.dataset.hxPost || form.dataset.hxGet) return;
    event.preventDefault();
    go(form.method.toUpperCase(), url.pathname + url.search, form);
  });
  document.addEventListener('htmx:after:request', event => {
    const { ctx } = event.detail;
    if (going && ctx.select === '#main' && ctx.response.raw.url) {
      const url = new URL(ctx.response.raw.url);
      path = url.pathname + url.search;
    }
  });
  document.addEventListener('htmx:after:swap', () => {
    if (document.querySelector('[data-over]')) {
      end();
      return;
    }
    if (going) {
      going = false;
      if (dialog.open) dialog.close();
      const words = document.getElementById('frame-words');
      root.lang = words.dataset.lang;
      root.dir = words.dataset.dir;
      (document.querySelector('main h1') || document.getElementById('main')).focus({ preventScroll: true });
      tell('navigate', { path: path.replace(/^\/embed/, '') });
    }
    report();
    for (const form of document.querySelectorAll('form.confirm-acts:not([data-watched])')) watch(form);
    place();
  });
  dialog.addEventListener('close', () => requestAnimationFrame(measure));

  // What was removed. A page that shows it again, after a form without htmx, tells nobody twice.
  const told = new Set();
  const report = () => {
    for (const receipt of document.querySelectorAll('[data-revoked]')) {
      const { revoked, request } = receipt.dataset;
      if (told.has(request + revoked)) continue;
      told.add(request + revoked);
      tell('app-revoked', { connected_app_id: revoked, member_id: said('person').content, request_id: request });
    }
  };

  // The yes to a question counts only when the question could be read: not at once, and, where the browser can tell, not
  // while something of the host's lies over the button. The server asks for the time too.
  const ready = new WeakSet();
  const watch = form => {
    const button = form.querySelector('.danger');
    if (!button || !form.querySelector('[name=confirmation]')) return;
    form.dataset.watched = 'yes';
    let read = false;
    let seen = true;
    let timer;
    const settle = () => {
      if (read && seen) ready.add(form);
      else ready.delete(form);
      button.setAttribute('aria-disabled', String(!(read && seen)));
    };
    settle();
    setTimeout(() => { read = true; settle(); }, READABLE);
    if (!('isVisible' in IntersectionObserverEntry.prototype)) return;
    seen = false;
    new IntersectionObserver(entries => {
      clearTimeout(timer);
      if (entries.at(-1).isVisible) timer = setTimeout(() => { seen = true; settle(); }, SEEN);
      else {
        seen = false;
        settle();
      }
    }, { threshold: 1, trackVisibility: true, delay: 100 }).observe(button);
  };
  // On the window, so that it is asked before portal.js takes the form for sent.
  window.addEventListener('submit', event => {
    const form = event.target;
    if (!form.dataset.watched || ready.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(document.getElementById('frame-words').dataset.wait);
  }, true);
  window.addEventListener('keydown', event => {
    if (event.repeat && event.key === 'Enter' && event.target.closest('.confirm-acts')) event.preventDefault();
  }, true);

  // Height. The host makes the frame as tall as what is in it; a dialog opens in the part of that which can be seen.
  let visible = null;
  let height = 0;
  let due = false;
  const measure = () => {
    due = false;
    const needed = dialog.open ? dialog.offsetTop + dialog.offsetHeight + 16 : 0;
    const now = Math.min(10000, Math.ceil(Math.max(root.getBoundingClientRect().height, needed)));
    if (Math.abs(now - height) < 2) return;
    height = now;
    tell('resize', { height });
  };
  const place = () => {
    const top = visible ? visible.top : 0;
    const room = visible ? visible.height : window.innerHeight;
    root.style.setProperty('--seen-top', `${top}px`);
    root.style.setProperty('--seen', `${room}px`);
    if (dialog.open) dialog.style.marginBlockStart = `${Math.round(top + Math.max(8, (room - dialog.offsetHeight) / 2))}px`;
    if (!due) requestAnimationFrame(measure);
    due = true;
  };
  new ResizeObserver(place).observe(root);
  new ResizeObserver(place).observe(dialog);

  // What the host says. Anything that is not from it, or not in the form agreed on, is passed over.
  let known = false;
  const sheet = document.querySelector('link[data-sheet]');
  let mode = sheet.dataset.sheet;
  const colours = scheme => said => Object.entries(said || {}).map(([name, value]) => [`${scheme}.${name.replaceAll('_', '-')}`, String(value).replace(/^#/, '')]);
  const dress = theme => {
    if (['auto', 'light', 'dark'].includes(theme.mode)) mode = theme.mode;
    const query = new URLSearchParams([...colours('light')(theme.light), ...colours('dark')(theme.dark)]);
    if (Number.isInteger(theme.radius)) query.set('radius', theme.radius);
    const bare = !query.size;
    query.set('mode', mode);
    sheet.href = sheet.dataset[mode];
    const worn = document.getElementById('theme');
    if (bare) {
      if (worn) worn.remove();
      return;
    }
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `/embed/theme.css?${query}`;
    link.onload = () => {
      if (worn) worn.remove();
      link.id = 'theme';
    };
    // The server refuses colours that people could not read.
    link.onerror = () => {
      link.remove();
      tell('error', { code: 'theme-refused' });
    };
    sheet.after(link);
  };
  const translate = tag => {
    if (!/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) || tag === locale) return;
    locale = tag;
    if (!over) go('GET', path, document.body);
  };
  const answers = {
    init: message => {
      known = true;
      if (message.theme) dress(message.theme);
      if (message.locale) translate(message.locale);
    },
    theme: message => { if (message.theme) dress(message.theme); },
    locale: message => translate(String(message.locale)),
    'refresh-session': touch,
    viewport: message => {
      if (!Number.isFinite(message.top) || !Number.isFinite(message.height)) return;
      visible = { top: Math.max(0, message.top), height: Math.max(0, message.height) };
      place();
    },
  };
  window.addEventListener('message', event => {
    if (event.source !== window.parent || event.origin !== host) return;
    const { data } = event;
    if (!data || data.ungrant !== VERSION || !Object.hasOwn(answers, data.type)) return;
    answers[data.type](data);
  });
  document.addEventListener('htmx:error', () => tell('error', { code: 'unreachable' }));

  for (const form of document.querySelectorAll('form.confirm-acts')) watch(form);
  place();
  if (document.querySelector('[data-over]')) end();
  else tell('ready', { version: VERSION, path: path.replace(/^\/embed/, '') });
  report();
})();
