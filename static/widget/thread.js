// The message log. Rows are keyed and only redrawn when what they show has changed, so a screen reader hears each
// message once and the visitor's place is kept while they read further up.
import { bubble, line, working } from './bubble.js';
import { attribute, h, icon, write } from './dom.js';
import { clock, sameDay } from './time.js';

const NEAR_END_PX = 80;
const GROUP_MAX_MS = 5 * 60_000;

export class Thread {
  #context; #rows = new Map(); #clock; #atEnd = true; #height = 0; #queued = 0;

  constructor(context) {
    const { t, language } = context.words;
    this.#context = context;
    this.#clock = clock(language);
    this.log = h('div', { part: 'log', class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': t('log'), tabindex: 0 });
    this.typing = h('div', { part: 'typing', class: 'typing', role: 'status' });
    this.scroller = h('div', { class: 'scroller' }, this.log, this.typing);
    this.jump = h('button', {
      part: 'latest', class: 'jump', type: 'button', 'aria-label': t('latest'), hidden: true, onclick: () => this.toLatest(),
    }, icon('down'));
    this.log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // Pictures that load late and forms that open below move the end; whoever was there stays there.
    this.log.addEventListener('load', () => this.#settle(), true);
    new ResizeObserver(() => {
      this.#height = this.log.clientHeight;
      this.#settle();
    }).observe(this.log);
    this.node = h('div', { class: 'thread' }, this.scroller, this.jump);
  }

  toLatest() {
    this.log.scrollTop = this.log.scrollHeight;
    this.#atEnd = true;
    attribute(this.jump, 'hidden', true);
  }

  draw() {
    const { conversation, words } = this.#context;
    this.#place(this.#wanted());
    const { typing, timeline, queued } = conversation;
    if (queued.length > this.#queued) this.#atEnd = true;
    this.#queued = queued.length;
    const waiting = typing && timeline.drafts.length === 0;
    attribute(this.log, 'aria-busy', timeline.drafts.length > 0 && 'true');
    if (Boolean(waiting) !== this.typing.hasChildNodes()) this.typing.replaceChildren(...(waiting ? working(typing, words) : []));
    this.log.querySelectorAll('time').forEach((time) => write(time, this.#clock.short(new Date(time.dateTime))));
    this.#settle();
  }

  // A change of height is not the visitor scrolling.
  #scrolled() {
    if (this.log.clientHeight !== this.#height) return;
    this.#atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END_PX;
    attribute(this.jump, 'hidden', this.#atEnd);
  }

  #settle() {
    if (this.#atEnd) this.toLatest();
  }

  // { key, look, make } for each row; equal looks are the same picture.
  #wanted() {
    const rows = this.#opening();
    let last = null;
    for (const item of this.#items()) {
      const at = new Date(item.sentAt ?? Date.now());
      if (!last || !sameDay(last.at, at)) rows.push(this.#day(at));
      if (item.sender.kind === 'system') {
        // The rating has its own place below; its lines would only say it twice.
        if (item.content.text && !item.type.startsWith('csat_')) rows.push({ key: item.publicId, look: item.content.text, make: () => line(item) });
        last = { at };
        continue;
      }
      const from = `${item.sender.kind} ${item.sender.name ?? ''}`;
      rows.push(this.#message({ ...item, follows: last?.from === from && at - last.at < GROUP_MAX_MS }));
      last = { at, from };
    }
    return rows;
  }

  #opening() {
    const { conversation, config, options, words: { t } } = this.#context;
    const said = [options.greeting ?? config.greeting ?? t('greeting'), ...(options.initialMessages ?? [])];
    const rows = said.filter(Boolean).map((text, index) => this.#message({
      publicId: `opening-${index}`, sender: { kind: 'ai', name: config.ai_name }, content: { text }, opening: true, follows: index > 0,
    }));
    const { previousId } = conversation;
    if (previousId && !conversation.session) {
      const back = () => h('button', {
        part: 'previous', class: 'previous', type: 'button', onclick: () => conversation.show(previousId).catch(() => {}),
      }, t('previous'));
      rows.unshift({ key: 'previous', look: previousId, make: back });
    }
    return rows;
  }

  #day(at) {
    const text = this.#clock.day(at);
    return { key: `day-${at.toDateString()}`, look: text, make: () => h('p', { part: 'day', class: 'day' }, text) };
  }

  #items() {
    const { timeline, queued } = this.#context.conversation;
    const unsent = queued.filter((entry) => !timeline.has(entry.uuid)).map((entry) => ({
      publicId: entry.uuid, sender: { kind: 'user' }, content: { text: entry.text }, attachments: entry.attachments,
      sentAt: new Date(entry.queuedAt).toISOString(), state: entry.failed ? 'failed' : 'sending', error: entry.error,
    }));
    const writing = timeline.drafts.map((draft) => ({
      publicId: draft.publicId, sender: { kind: 'ai', name: this.#context.config.ai_name }, content: { text: draft.text },
      writing: true,
    }));
    const stored = timeline.items;
    const last = unsent.length === 0 && stored.findLast((item) => item.sender.kind !== 'system');
    const marked = stored.map((item) => (item === last && item.sender.kind === 'user' ? { ...item, state: 'sent' } : item));
    return [...marked, ...unsent, ...writing];
  }

  #message(item) {
    const vote = this.#context.conversation.voteOn(item.publicId);
    const shown = { ...item, vote };
    return { key: item.publicId, look: JSON.stringify(shown), make: () => bubble(shown, this.#context, this.#clock) };
  }

  #place(rows) {
    const old = this.#rows;
    this.#rows = new Map();
    let before = null;
    for (const { key, look, make } of rows) {
      const known = old.get(key);
      const node = known?.look === look ? known.node : make();
      old.delete(key);
      if (known && known.node !== node) known.node.replaceWith(node);
      const spot = before ? before.nextSibling : this.log.firstChild;
      if (spot !== node) this.log.insertBefore(node, spot);
      this.#rows.set(key, { look, node });
      before = node;
    }
    old.forEach(({ node }) => node.remove());
  }
}
