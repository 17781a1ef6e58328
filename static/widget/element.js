// <baton-chat>: the launcher, the panel, and what moves between them. Holds no conversation state of its own.
import { Api } from './api.js';
import { initials, tint } from './avatar.js';
import { backoff, pause } from './backoff.js';
import { Closing } from './closing.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Details } from './details.js';
import { attribute, h, icon, write } from './dom.js';
import { speak } from './language.js';
import { Storage } from './storage.js';
import { STYLES } from './styles.js';
import { paint } from './theme.js';
import { Thread } from './thread.js';

const FULL_SCREEN = matchMedia('(max-width: 480px)');
const CLOCK_TICK_MS = 30_000;

export class BatonChat extends HTMLElement {
  #options = {}; #conversation = null; #config = null; #words; #storage; #views = []; #drawing = 0;
  #gone = new AbortController(); #wanted = null;

  async start(options) {
    this.configure(options);
    this.#storage = new Storage(options.token);
    this.#words = await speak(options.language);
    const api = new Api({ ...options, storage: this.#storage, language: this.#words.asked });
    // Without settings the chat cannot say what it offers, so it waits for them.
    this.#config = await this.#answered(() => api.config());
    if (!this.#config || this.#gone.signal.aborted) return;
    this.#conversation = new Conversation({
      api, config: this.#config, storage: this.#storage, language: this.#words.asked,
      announce: (name, payload) => this.#announce(name, payload), changed: () => this.#draw(),
    });
    this.#build(api);
    this.#toggleOpen(this.hasAttribute('inline') || (this.#wanted ?? options.open ?? this.#wasOpen()), { focus: false });
    await this.#answered(() => this.#conversation.resume()).catch(() => { /* then there is nothing to go on with */ });
    this.#conversation.announceMissed();
    this.#draw();
  }

  configure(options) {
    for (const [name, value] of Object.entries(options)) {
      if (value !== undefined) this.#options[name] = value;
    }
    this.#conversation?.announceMissed();
    this.#draw();
  }

  open() { this.#toggleOpen(true, { focus: true }); }
  close() { this.#toggleOpen(false, { focus: true }); }
  toggle() { this.#toggleOpen(!this.hasAttribute('open'), { focus: true }); }

  newChat() {
    this.#conversation?.startNew();
    this.open();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#conversation?.stop();
  }

  // Asks again for as long as the server may yet answer.
  async #answered(call) {
    for (let attempt = 0; !this.#gone.signal.aborted; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!error.retryable) throw error;
        await pause(backoff(attempt), this.#gone.signal);
      }
    }
    return null;
  }

  // False when nobody listens. A callback that throws is the page's problem, not the conversation's.
  #announce(name, payload) {
    const callback = this.#options[name];
    if (!callback) return false;
    try {
      callback(payload);
    } catch (error) {
      console.error(`Baton: ${name} threw`, error);
    }
    return true;
  }

  #build(api) {
    const { t } = this.#words;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.badge = h('span', { part: 'badge', class: 'badge', hidden: true });
    this.launcher = h('button', {
      part: 'launcher', class: 'launcher', type: 'button', 'aria-controls': 'panel', onclick: () => this.toggle(),
    }, icon('chat'), icon('down'), this.badge);
    const context = {
      conversation: this.#conversation, words: this.#words, config: this.#config.baton ?? {}, options: this.#options, base: api.url(''),
    };
    this.#views = [new Thread(context), new Details(context), new Composer(context), new Closing(context)];
    this.panel = h('div', {
      part: 'panel', class: 'panel', id: 'panel', role: 'dialog', hidden: true, onkeydown: (event) => this.#key(event),
    }, this.#header(t), ...this.#views.map((view) => view.node));
    wear(root);
    this.#views.forEach((view) => view.acceptDrops?.(this.panel));
    root.append(this.panel, this.launcher);
    this.#listen();
  }

  #header(t) {
    this.heading = h('h2', { part: 'title', class: 'title', id: 'title' });
    this.status = h('p', { part: 'status', class: 'status', role: 'status' });
    this.face = h('span', { class: 'face', 'aria-hidden': 'true' });
    const close = h('button', {
      part: 'close', class: 'quiet', type: 'button', 'aria-label': t('close'), onclick: () => this.close(),
    }, icon('close'));
    return h('div', { part: 'header', class: 'header' }, this.face, h('div', { class: 'names' }, this.heading, this.status), close);
  }

  #listen() {
    const { signal } = this.#gone;
    const draw = () => this.#draw();
    for (const name of ['online', 'offline']) addEventListener(name, draw, { signal });
    document.addEventListener('visibilitychange', draw, { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint(), { signal });
    FULL_SCREEN.addEventListener('change', draw, { signal });
    const tick = setInterval(draw, CLOCK_TICK_MS);
    signal.addEventListener('abort', () => clearInterval(tick));
  }

  #paint() {
    paint(this, this.#options.theme, this.#config?.baton?.primary_color);
    attribute(this, 'lang', this.#words.language);
    attribute(this, 'dir', this.#words.direction);
  }

  // Many changes in one breath are drawn once.
  #draw() {
    if (!this.panel || this.#drawing) return;
    this.#drawing = setTimeout(() => {
      this.#drawing = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    const open = this.hasAttribute('open');
    if (open && !document.hidden) this.#conversation.markRead();
    this.#paint();
    this.#drawHeader();
    const { unread } = this.#conversation;
    write(this.badge, unread > 99 ? '99+' : String(unread));
    attribute(this.badge, 'hidden', unread === 0);
    const { t } = this.#words;
    attribute(this.launcher, 'aria-expanded', String(open));
    const closed = unread ? `${t('launch')}. ${t('unread', { n: unread })}` : t('launch');
    attribute(this.launcher, 'aria-label', open ? t('close') : closed);
    attribute(this.panel, 'aria-modal', this.#covers && 'true');
    attribute(this.panel, 'aria-labelledby', 'title');
    this.#views.forEach((view) => view.draw());
  }

  #drawHeader() {
    const { t } = this.#words;
    const { owner, personName } = this.#conversation;
    const { title, ai_name } = this.#config.baton ?? {};
    const shop = this.#options.title ?? title ?? this.#config.org?.name ?? t('launch');
    write(this.heading, (owner === 'person' && personName) || shop);
    write(this.status, {
      ai: ai_name && ai_name !== shop ? `${ai_name} · ${t('ai')}` : t('ai'),
      queue: t('waiting'),
      person: t('talking', { name: personName ?? t('someone') }),
    }[owner]);
    attribute(this.face, 'data-owner', owner);
    write(this.face, initials(this.heading.textContent));
    tint(this.face, this.heading.textContent);
  }

  get #covers() {
    return FULL_SCREEN.matches && !this.hasAttribute('inline');
  }

  #wasOpen() {
    try {
      return !this.#covers && sessionStorage.getItem(`baton:${this.#options.token}:open`) === 'true';
    } catch {
      return false;
    }
  }

  #toggleOpen(open, { focus }) {
    this.#wanted = Boolean(open);
    if (!this.panel || (!open && this.hasAttribute('inline'))) return;
    attribute(this, 'open', this.#wanted);
    attribute(this.panel, 'hidden', !open);
    try {
      sessionStorage.setItem(`baton:${this.#options.token}:open`, String(this.#wanted));
    } catch { /* then the next page starts with the chat closed */ }
    this.#drawNow();
    if (open) this.#views[0].toLatest();
    if (focus && open) this.#views.forEach((view) => view.focus?.());
    else if (focus) this.launcher.focus();
  }

  #key(event) {
    if (event.key === 'Escape' && !event.isComposing && !this.hasAttribute('inline')) {
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Tab' && this.#covers) this.#keepFocusInside(event);
  }

  // Full screen hides the page behind, so Tab must not wander into it.
  #keepFocusInside(event) {
    const stops = [...this.panel.querySelectorAll('a[href], button:not(:disabled), textarea, input:not([type=file]), [tabindex="0"]')]
      .filter((stop) => stop.checkVisibility?.() ?? stop.offsetParent);
    const [first, last] = [stops[0], stops.at(-1)];
    if (this.shadowRoot.activeElement !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

// Constructed sheets need no permission from the page's content security policy.
function wear(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(h('style', {}, STYLES));
  }
}
