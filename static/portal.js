// What htmx leaves to us: the dialog, where the focus goes, what a button says while it works, what is read out.
// Every page works without this file.
(() => {
  'use strict';
  const root = document.documentElement;
  const dialog = document.getElementById('dialog');
  const say = text => { document.getElementById('announcement').textContent = text; };
  let opener = null;

  root.classList.add('ready');

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
    if (event.detail.ctx.sourceElement.matches('[data-opens]')) opener = event.detail.ctx.sourceElement;
  });
  document.addEventListener('htmx:finally:request', event => {
    const source = event.detail.ctx.sourceElement;
    if (source.isConnected && source.matches('[data-once]')) release(source);
  });
  document.addEventListener('htmx:error', () => {
    const place = document.getElementById('dialog-problem') || document.getElementById('problem');
    const note = document.getElementById('unreachable');
    if (note) place.replaceChildren(note.content.cloneNode(true));
  });

  document.addEventListener('htmx:after:swap', () => {
    const question = dialog.querySelector('.confirm');
    if (question && !dialog.open) dialog.showModal();
    const receipt = document.querySelector('.receipt[data-new]');
    if (receipt) settle(receipt);
    const found = document.querySelector('[data-found]');
    if (found && found.dataset.found) {
      say(found.textContent.trim());
      found.dataset.found = '';
    }
  });

  const settle = receipt => {
    delete receipt.dataset.new;
    opener = null;
    close();
    const count = document.getElementById('app-count');
    if (count && receipt.dataset.counted) {
      const left = Math.max(0, Number(count.dataset.count) - 1);
      count.dataset.count = left;
      count.textContent = new Intl.NumberFormat(root.lang).format(left);
    }
    let row = receipt.nextElementSibling;
    while (row && !row.querySelector('[data-opens]')) row = row.nextElementSibling;
    const next = row && row.querySelector('[data-opens]');
    (next || document.querySelector('h1')).focus();
    say(receipt.textContent.trim().replace(/\s+/g, ' '));
  };
})();
