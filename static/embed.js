// <connected-apps token-url="/your/backend">: the portal of Ungrant in a frame of your page. No dependencies.
const VERSION = 1;
const PATIENCE = 10000;
const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-storage-access-by-user-activation';
let frames = 0;

class ConnectedApps extends HTMLElement {
  static observedAttributes = ['theme', 'locale', 'label', 'token-url'];

  #frame;
  #portal;
  #timer;
  #moved;
  #begun = 0;

  connectedCallback() {
    this.style.display ||= 'block';
    this.#moved = () => this.#viewport();
    addEventListener('message', this);
    addEventListener('scroll', this.#moved, { capture: true, passive: true });
    addEventListener('resize', this.#moved);
    this.load();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    removeEventListener('message', this);
    removeEventListener('scroll', this.#moved, { capture: true });
    removeEventListener('resize', this.#moved);
    this.replaceChildren();
    this.#frame = null;
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#frame || before === now) return;
    if (name === 'label') this.#frame.title = this.#label;
    else if (name === 'theme') this.#send('theme', { theme: this.#theme });
    else if (name === 'locale') this.#send('locale', { locale: now });
    else this.load();
  }

  get #label() { return this.getAttribute('label') || 'Connected apps'; }

  // "dark", or everything at once as JSON.
  get #theme() {
    const said = this.getAttribute('theme');
    if (!said) return { mode: 'auto' };
    try { return said.startsWith('{') ? JSON.parse(said) : { mode: said }; } catch { return { mode: 'auto' }; }
  }

  // Hands the person over (again). Resolves when the form is on its way.
  async load() {
    const turn = ++this.#begun;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#failed('no-answer'), PATIENCE);
    let granted;
    try {
      granted = await this.#token();
    } catch (error) {
      if (turn === this.#begun) this.#failed('token', error);
      return;
    }
    if (turn !== this.#begun || !this.isConnected) return;
    this.#portal = new URL(granted.embed_url).origin;
    const frame = document.createElement('iframe');
    frame.name = `connected-apps-${++frames}`;
    frame.title = this.#label;
    frame.setAttribute('sandbox', SANDBOX);
    frame.allow = 'storage-access';
    frame.referrerPolicy = 'strict-origin';
    frame.style.cssText = 'display:block;border:0;inline-size:100%;block-size:20rem;color-scheme:auto';
    this.replaceChildren(frame);
    this.#frame = frame;
    this.#post(granted.embed_url, granted.embed_token, frame.name);
  }

  // Asks the frame to keep its session.
  refresh() { this.#send('refresh-session'); }

  // The portal in a tab of its own, signed in by a token of its own. Call it from a click.
  async open() {
    const name = `connected-apps-${++frames}`;
    const tab = window.open('', name);
    try {
      const granted = await this.#token();
      this.#post(granted.link_url, granted.embed_token, name);
    } catch (error) {
      if (tab) tab.close();
      this.#failed('token', error);
    }
  }

  async #token() {
    const body = { embed_origin: location.origin, theme: this.#theme };
    if (this.hasAttribute('locale')) body.locale = this.getAttribute('locale');
    if (this.hasAttribute('dir')) body.direction = this.getAttribute('dir');
    body.time_zone = this.getAttribute('time-zone') || Intl.DateTimeFormat().resolvedOptions().timeZone;
    const response = await fetch(this.getAttribute('token-url'), {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} from ${this.getAttribute('token-url')}`);
    return response.json();
  }

  // In a body, never in an address: addresses are logged, kept and sent on.
  #post(action, token, target) {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action, target, hidden: true });
    const field = document.createElement('input');
    Object.assign(field, { name: 'token', value: token });
    form.append(field);
    document.body.append(form);
    form.submit();
    form.remove();
  }

  #send(type, more) {
    if (this.#frame && this.#portal) this.#frame.contentWindow.postMessage({ ungrant: VERSION, type, ...more }, this.#portal);
  }

  #viewport() {
    if (!this.#frame) return;
    const box = this.#frame.getBoundingClientRect();
    const top = Math.max(0, -box.top);
    this.#send('viewport', { top, height: Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) });
  }

  handleEvent(event) {
    const { data } = event;
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== this.#portal) return;
    if (!data || data.ungrant !== VERSION || typeof data.type !== 'string') return;
    const { ungrant, type, ...detail } = data;
    const act = this.#acts[type];
    if (!act) return;
    const wanted = this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, cancelable: true }));
    if (wanted) act(detail);
  }

  #acts = {
    ready: () => {
      clearTimeout(this.#timer);
      this.#send('init');
      this.#viewport();
    },
    resize: ({ height }) => {
      if (Number.isFinite(height)) this.#frame.style.blockSize = `${Math.min(10000, Math.max(0, height))}px`;
      this.#viewport();
    },
    navigate: () => {
      if (this.#frame.getBoundingClientRect().top < 0) this.#frame.scrollIntoView({ block: 'start' });
    },
    'app-revoked': () => {},
    'session-expiring': () => {},
    // Your backend knows whether the person is still there: it gives a token, or does not.
    'session-expired': () => {
      const again = Date.now() - (this.#last || 0) > PATIENCE;
      this.#last = Date.now();
      if (again) this.load();
      else this.#failed('expired');
    },
    'open-url': () => this.open(),
    error: () => {},
  };

  #last;

  // Never a blank frame: what stands there instead says so, and leads to the same pages in a tab.
  #failed(code, error) {
    clearTimeout(this.#timer);
    const note = document.createElement('p');
    note.setAttribute('role', 'alert');
    note.append(this.getAttribute('fallback-text') || 'Your connected apps cannot be shown here.', ' ');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = this.getAttribute('open-text') || 'Open in a new tab';
    button.onclick = () => this.open();
    note.append(button);
    this.replaceChildren(note);
    this.#frame = null;
    this.dispatchEvent(new CustomEvent('error', { detail: { code, message: error && error.message }, bubbles: true }));
  }
}

customElements.define('connected-apps', ConnectedApps);
