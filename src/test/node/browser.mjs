// A browser without script, for what a person does on the pages: cookies, links and plain forms.
import assert from 'node:assert/strict';
import { parse } from 'node-html-parser';
import { BASE_URL } from './support.mjs';

export class Browser {
  #cookies = new Map();

  /** @param session the token of a portal session, or nothing for somebody who is not signed in */
  constructor(session) {
    if (session) {
      this.#cookies.set('s', session);
    }
  }

  /** Goes where the link leads: to a page of ours, or back to the app. Answers { page } or { back }. */
  async open(address) {
    return this.#follow(await this.#ask(new URL(address, BASE_URL), {}));
  }

  /** Presses a button of the page. */
  async press(page, selector) {
    const button = page.querySelector(selector);
    assert.ok(button, `no ${selector} in ${page.text}`);
    const form = button.closest('form');
    const fields = form.querySelectorAll('input').map((each) => [each.getAttribute('name'), each.getAttribute('value')]);
    if (button.getAttribute('name')) {
      fields.push([button.getAttribute('name'), button.getAttribute('value')]);
    }
    const target = new URL(form.getAttribute('action'), BASE_URL);
    if (target.origin !== BASE_URL) {
      return { back: target, form: new URLSearchParams(fields) };
    }
    return this.#follow(
      await this.#ask(target, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: BASE_URL } }),
    );
  }

  /** Says yes on the page that asks, which must come. Answers the address at the app, or the form that is posted there. */
  async allow(address) {
    const { page } = await this.asked(address);
    assert.match(page.querySelector('#consent-publisher').text, /Not verified/, 'none of these apps is verified');
    let answer = await this.press(page, '#consent-allow');
    if (answer.page?.querySelector('#form-post')) {
      answer = await this.press(answer.page, '#form-post-continue');
    }
    assert.ok(answer.back, answer.page?.text);
    return answer.form ?? answer.back;
  }

  /** The page that asks, and no other. */
  async asked(address) {
    const answer = await this.open(address);
    assert.ok(answer.page?.querySelector('#consent-title'), answer.page?.text ?? answer.back?.href);
    return answer;
  }

  /** Takes an app's access back on the portal page, as a person does. */
  async removeAccess(clientId) {
    const { page: list } = await this.open('/');
    assert.ok(list.querySelector(`#app-${clientId}`), list.text);
    const { page: question } = await this.open(`/apps/${clientId}/revoke`);
    const { page: after } = await this.press(question, '.confirm-acts button[type=submit]');
    assert.ok(after.querySelector('main'), after.text);
  }

  async #follow(response) {
    for (let i = 0; i < 10; i++) {
      if (response.status === 200) {
        return { page: parse(await response.text()) };
      }
      assert.equal(response.status, 303, `${response.url} ${await response.text()}`);
      const target = new URL(response.headers.get('location'), response.url);
      if (target.origin !== BASE_URL) {
        return { back: target };
      }
      response = await this.#ask(target, {});
    }
    return assert.fail('the browser is sent around in circles');
  }

  async #ask(address, { headers, ...more }) {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(address, {
      ...more,
      redirect: 'manual',
      headers: { accept: 'text/html', ...headers, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      if (attributes.some((each) => each.toLowerCase() === 'max-age=0')) {
        this.#cookies.delete(pair.slice(0, at));
      } else {
        this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
    }
    return response;
  }
}
