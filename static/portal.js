// What htmx leaves to us: the dialog, where the focus goes, what a button says while it works, what is read out.
// Every page works without this file.
(() => {
  'use strict';
  const root = document.documentElement;
  const dialog = document.getElementById('dialog');
  const say = text => { document.getElementById('announcement').textContent = text; };
  let opener = null;
  let failed = null;

  root.classList.add('ready');

  // So that times are those of this device's clock, unless the person chose otherwise.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;

  // An answer that an app wants by form goes on by itself; its button is for browsers without script.
  const answer = document.querySelector('form[data-submit-now]');
  if (answer) answer.submit();

  const close = () => { if (dialog.open) dialog.close(); };

  dialog.addEventListener('close', () => {
    dialog.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  });
  dialog.addEventListener('click', event => {
    if (event.target === dialog || event.target.closest('[data-keep]')) {
      event.preventDefault();
      close();
    }
  });
  // While the request is on its way the answer is still to come: the dialog stays until then.
  dialog.addEventListener('cancel', event => { if (dialog.querySelector('.busy')) event.preventDefault(); });

  document.addEventListener('click', event => {
    for (const menu of document.querySelectorAll('.account[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener('keydown', event => {
    const menu = event.key === 'Escape' && document.querySelector('.account[open]');
    if (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });

  const busy = (form, on) => {
    for (const button of form.querySelectorAll('button[type=submit]')) {
      button.classList.toggle('busy', on);
      button.setAttribute('aria-disabled', String(on));
    }
  };
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.matches('[data-once]')) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = 'yes';
    busy(form, true);
    if (form.dataset.saying) say(form.dataset.saying);
  }, true);
  // A page that the browser kept comes back with its buttons as they were left.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) release(form);
  });
  const release = form => {
    delete form.dataset.sent;
    busy(form, false);
  };

  document.addEventListener('htmx:before:request', event => {
    document.getElementById('problem').replaceChildren();
    const source = event.detail.ctx.sourceElement;
    failed = source;
    if (source.matches('[data-opens]')) opener = source.matches('form') ? source.querySelector('[type=submit]') : source;
  });
  document.addEventListener('htmx:finally:request', event => {
    const source = event.detail.ctx.sourceElement;
    if (source.isConnected && source.matches('[data-once]')) release(source);
  });
  document.addEventListener('htmx:error', () => {
    const place = document.getElementById('dialog-problem') || document.getElementById('problem');
    const note = document.getElementById('unreachable');
    if (note) place.replaceChildren(note.content.cloneNode(true));
    offerRetry();
  });

  // What failed outside the dialog can be asked for once more from where the failure is told; inside, its own button does.
  const offerRetry = () => {
    const message = document.querySelector('#problem .message');
    if (message && failed && !message.querySelector('[data-retry]')) message.append(document.getElementById('retry').content.cloneNode(true));
  };
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-retry]') || !failed || !failed.isConnected) return;
    if (failed.matches('form')) failed.requestSubmit(); else failed.click();
    document.getElementById('problem').replaceChildren();
  });

  document.addEventListener('htmx:after:swap', () => {
    const question = dialog.querySelector('.confirm');
    if (question && !dialog.open) {
      dialog.showModal();
      // A frame of another site's page may not say autofocus.
      const way = dialog.querySelector('[autofocus]') || dialog.querySelector('[data-keep], .confirm-acts a');
      if (way) way.focus();
    }
    const receipts = [...document.querySelectorAll('.receipt[data-new]')];
    if (receipts.length) settle(receipts);
    offerRetry();
    tally();
    const found = document.querySelector('[data-found]');
    if (found && found.dataset.found) {
      say(found.textContent.trim());
      found.dataset.found = '';
    }
  });

  const settle = receipts => {
    const done = dialog.querySelector('[data-done]');
    opener = null;
    close();
    const count = document.getElementById('app-count');
    for (const receipt of receipts) {
      delete receipt.dataset.new;
      const line = receipt.dataset.item && receipt.closest('tr');
      if (line) regroup(line);
      if (!count || !(receipt.dataset.counted || line && !line.querySelector('.inside li:not(.receipt) [data-opens]'))) continue;
      count.dataset.count = Math.max(0, Number(count.dataset.count) - 1);
      count.textContent = new Intl.NumberFormat(root.lang, { numberingSystem: 'latn' }).format(count.dataset.count);
    }
    const last = receipts.at(-1);
    const next = [...document.querySelectorAll('main button[data-opens], main form[data-opens]:not(#bulk) button')]
      .find(button => last.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING && button.checkVisibility());
    (next || document.querySelector('h1')).focus();
    say(receipts.length > 1 && done ? done.dataset.done : last.textContent.trim().replace(/\s+/g, ' '));
  };
  // What the line as a whole offers names all of its registrations; when one has gone, that is out of date.
  const regroup = line => {
    for (const part of line.querySelectorAll('.act form, .pick label')) part.remove();
  };

  // Which lines are chosen. Without script the boxes and the bar work too, only that nobody counts.
  const boxes = () => [...document.querySelectorAll('[data-pick]')];
  const tally = () => {
    const label = document.querySelector('[data-selected]');
    if (!label) return;
    const every = document.querySelector('[data-all]');
    const page = document.querySelector('[data-page]');
    const chosen = boxes().filter(box => box.checked).length;
    const count = every && every.checked ? Number(label.dataset.matching) : chosen;
    label.textContent = count === 1 ? label.dataset.one : label.dataset.other.replace('#', new Intl.NumberFormat(root.lang, { numberingSystem: 'latn' }).format(count));
    if (page) {
      page.checked = chosen > 0 && chosen === boxes().length;
      page.indeterminate = chosen > 0 && !page.checked;
    }
    return label.textContent;
  };
  document.addEventListener('change', event => {
    if (!event.target.matches('[data-pick], [data-page], [data-all]')) return;
    if (event.target.matches('[data-page]')) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches('[data-all]') && event.target.checked) for (const box of boxes()) box.checked = true;
    const every = document.querySelector('[data-all]');
    if (every && event.target !== every) every.checked = false;
    say(tally());
  });
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-clear]')) return;
    for (const box of document.querySelectorAll('[data-pick], [data-all], [data-page]')) box.checked = false;
    say(tally());
    document.querySelector('[data-page]').focus();
  });
  tally();
})();
