// The conversation a visitor sees: the session, its timeline, what is queued, who is typing. Draws nothing; tells its
// owner through `changed`. Each handoff is announced once per browser, remembered by its sequence number.
import { Live } from './live.js';
import { newId } from './storage.js';
import { Outbox } from './outbox.js';
import { Timeline } from './timeline.js';

const POLL_SECONDS_DEFAULT = 10;
const TYPING_EVERY_MS = 3000;

export class Conversation {
  #api; #storage; #config; #language; #announce; #changed;
  #outbox; #live = null; #creating = null; #typingTimer; #typedAt = 0; #missedHandoffs = [];
  session = null;
  timeline = new Timeline();
  typing = null;
  personRequested = false;
  problem = null;
  previousId = null;

  // announce(name, payload) answers false when nobody listens for that name.
  constructor({ api, storage, config, language, announce, changed }) {
    this.#api = api;
    this.#storage = storage;
    this.#config = config;
    this.#language = language;
    this.#announce = announce;
    this.#changed = changed;
    this.#outbox = new Outbox({
      storage, post: (entry) => this.#post(entry), delivered: (entry) => this.#stored(entry), changed,
    });
  }

  get owner() {
    if (!this.session || !this.session.isHandedOff) return this.personRequested ? 'queue' : 'ai';
    return this.session.assignee?.kind === 'human' ? 'person' : 'queue';
  }

  get personName() {
    return this.session?.assignee?.name ?? null;
  }

  get closed() {
    return this.session?.isOpened === false;
  }

  get rating() {
    if (!this.closed || !this.timeline.hasSystem('csat_requested')) return 'none';
    return this.timeline.hasSystem('csat_submitted') ? 'given' : 'wanted';
  }

  get queued() {
    return this.#outbox.entries.filter((entry) => entry.session === (this.session?.id ?? null));
  }

  get unread() {
    const read = Number(this.#remembered('read') ?? 0);
    return this.timeline.items.filter((item) => ['ai', 'agent'].includes(item.sender.kind) && (item.seq ?? 0) > read).length;
  }

  markRead() {
    if (!this.session || this.unread === 0) return;
    this.#remember('read', this.timeline.lastSeq);
    this.#changed();
  }

  voteOn(publicId) {
    return this.#storage.json('votes', {})[publicId] ?? null;
  }

  // Shows the newest open conversation, or the newest closed one to read. A visitor nobody knows has none.
  async resume() {
    if (!this.#api.known) return;
    const sessions = await this.#api.sessions();
    const newest = [...sessions].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const found = newest.find((session) => session.isOpened) ?? newest[0];
    if (found && !this.session) await this.show(found.id);
  }

  async show(id) {
    const { session, history } = await this.#api.poll(id);
    this.#enter(session, history);
    this.#follow(Number(this.#remembered('cursor') ?? this.timeline.lastSeq));
  }

  startNew() {
    this.previousId = this.session?.id ?? this.previousId;
    this.#leave();
    this.#changed();
  }

  send(text, attachments) {
    this.#typedAt = 0;
    this.#outbox.add({ uuid: newId(), session: this.session?.id ?? null, text, attachments });
  }

  retry(uuid) {
    this.#outbox.retry(uuid);
  }

  async requestPerson() {
    if (this.owner !== 'ai') return;
    this.personRequested = true;
    this.problem = null;
    this.#changed();
    try {
      const session = this.session ?? await this.#create();
      this.#update(await this.#api.requestPerson(session.id));
    } catch (error) {
      this.problem = error.message || 'failed';
    }
    this.personRequested = false;
    this.#changed();
  }

  typed() {
    const now = performance.now();
    if (!this.session || this.closed || (this.#typedAt && now - this.#typedAt < TYPING_EVERY_MS)) return;
    this.#typedAt = now;
    this.#api.typing(this.session.id).catch(() => { /* a lost hint costs nothing */ });
  }

  async rate(score, feedback) {
    await this.#api.rate(this.session.id, score, feedback);
    await this.#reload();
  }

  vote(publicId, action) {
    const votes = { ...this.#storage.json('votes', {}), [publicId]: action };
    this.#storage.set('votes', JSON.stringify(votes));
    this.#api.vote(this.session.id, publicId, action).catch(() => { /* the thumb stays; the next press sends again */ });
    this.#changed();
  }

  upload(file, progress) {
    return this.#api.upload(file, progress);
  }

  // Handoffs that arrived before the page registered its callback are announced when it does.
  announceMissed() {
    this.#missedHandoffs.splice(0).forEach((event) => this.#handedOff(event));
  }

  stop() {
    this.#outbox.stop();
    this.#live?.stop();
  }

  async #post(entry) {
    if (entry.session === null) this.#outbox.bind((this.session ?? await this.#create()).id);
    await this.#api.send({
      uuid: entry.uuid, content: entry.text, session_id: entry.session, language: this.#language,
      attachments: entry.attachments,
    });
  }

  // Until the stream brings the stored message back, the visitor's own copy stands in for it.
  #stored(entry) {
    if (entry.session !== this.session?.id || this.timeline.has(entry.uuid)) return;
    this.timeline.upsert({
      publicId: entry.uuid, type: 'message', content: { text: entry.text }, sender: { kind: 'user' },
      sentAt: new Date(entry.queuedAt).toISOString(), attachments: entry.attachments, sources: null,
    });
    this.#changed();
  }

  // Two callers may want the first session at once.
  #create() {
    this.#creating ??= this.#api.createSession().then((session) => {
      this.#outbox.bind(session.id);
      this.#enter(session, []);
      this.#follow(0);
      this.#announce('onSessionCreated', { session });
      return session;
    }).finally(() => { this.#creating = null; });
    return this.#creating;
  }

  #enter(session, history) {
    this.#leave();
    this.session = session;
    this.timeline = new Timeline(history);
    this.#changed();
  }

  #leave() {
    this.#live?.stop();
    this.#live = null;
    clearTimeout(this.#typingTimer);
    Object.assign(this, { session: null, timeline: new Timeline(), typing: null, problem: null });
  }

  #follow(cursor) {
    const { id } = this.session;
    this.#remember('cursor', cursor);
    this.#live = new Live({
      connect: (signal) => {
        this.timeline.forgetDrafts();
        return this.#api.live(id, this.#remembered('cursor') ?? 0, signal);
      },
      poll: () => this.#reload(),
      pollSeconds: this.#config.sessionPollingIntervalSeconds || POLL_SECONDS_DEFAULT,
      onEvent: (event) => this.session?.id === id && this.#take(event),
    });
  }

  // Polling never moves the cursor: a handoff is told by the stream alone, which replays it when it is back.
  async #reload() {
    const { id } = this.session ?? {};
    if (!id) return;
    try {
      const { session, history } = await this.#api.poll(id);
      if (this.session?.id !== id) return;
      const unseen = history.filter((item) => !this.timeline.has(item.publicId));
      this.timeline.reload(history);
      unseen.forEach((item) => this.#received(item));
      this.#update(session);
    } catch (error) {
      if (![403, 404].includes(error.status) || this.session?.id !== id) return;
      this.#leave();
      this.#changed();
    }
  }

  async #take({ id, type, data }) {
    const handler = {
      message: () => this.#message(data),
      session: () => this.#update(data),
      handoff: () => this.#handedOff({ seq: id, data }),
      typing: () => this.#typingIs(data),
      delta: () => this.timeline.append(data),
      delta_cancel: () => this.timeline.cancel(data.publicId),
      reset: () => this.#reset(),
    }[type];
    try {
      await handler?.();
    } catch (error) {
      console.error(`Baton: event ${type} could not be shown`, error);
    }
    if (id !== null && this.session) this.#remember('cursor', id);
    this.#changed();
  }

  async #reset() {
    await this.#reload();
    this.#remember('cursor', this.timeline.lastSeq);
  }

  #message(item) {
    const fresh = this.timeline.upsert(item);
    if (item.sender.kind !== 'user') this.#typingIs({ ttl_ms: 0 });
    if (fresh) this.#received(item);
  }

  #received(item) {
    this.#outbox.seen(item.publicId);
    if (['ai', 'agent'].includes(item.sender.kind)) {
      this.#announce('onMessageReceived', { message: item, session: this.session });
    }
  }

  #update(session) {
    if (session.id !== this.session?.id) return;
    this.session = session;
    // A half-written answer must not outlive the AI's turn.
    if (session.isHandedOff) this.timeline.forgetDrafts();
    this.#changed();
  }

  #handedOff({ seq, data }) {
    const name = `handoff:${data.conversation_id}`;
    if (seq <= Number(this.#storage.get(name) ?? 0)) return;
    const { summary, sentiment, reason, conversation_id } = data;
    const told = this.#announce('onHandoff', { summary, sentiment, reason, conversation_id });
    if (told) this.#storage.set(name, seq);
    else this.#missedHandoffs.push({ seq, data });
  }

  #typingIs({ kind, name, ttl_ms }) {
    clearTimeout(this.#typingTimer);
    this.typing = ttl_ms > 0 ? { kind, name } : null;
    if (this.typing) this.#typingTimer = setTimeout(() => { this.typing = null; this.#changed(); }, ttl_ms);
  }

  #remembered(what) {
    return this.session && this.#storage.json(what, {})[this.session.id];
  }

  // One conversation at a time is enough to remember; older ones are settled.
  #remember(what, value) {
    this.#storage.set(what, JSON.stringify({ [this.session.id]: value }));
  }
}
