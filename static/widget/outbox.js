// What the customer wrote and the server has not yet acknowledged. Survives a reload; posts in order, one at a time;
// a retry carries the same uuid, so the server can tell it from a second message.
import { ApiError } from './api.js';
import { backoff, pause } from './backoff.js';

const GIVE_UP_AFTER_MS = 3 * 60_000;
const ENTRIES_MAX = 50;

export class Outbox {
  #storage; #post; #delivered; #changed;
  #running = false; #stopped = new AbortController(); #echoed = null;
  entries;

  constructor({ storage, post, delivered, changed }) {
    this.#storage = storage;
    this.#post = post;
    this.#delivered = delivered;
    this.#changed = changed;
    this.entries = storage.json('outbox', []).slice(-ENTRIES_MAX);
    // Not at once: whoever is constructing this outbox does not hold it yet.
    queueMicrotask(() => this.#drain());
  }

  add(entry) {
    this.entries.push({ ...entry, queuedAt: Date.now(), failed: false });
    this.#save();
    this.#drain();
  }

  retry(uuid) {
    const entry = this.entries.find((candidate) => candidate.uuid === uuid);
    if (!entry) return;
    Object.assign(entry, { failed: false, error: null, queuedAt: Date.now() });
    this.#save();
    this.#drain();
  }

  // Messages written before there was a conversation join the first one.
  bind(session) {
    for (const entry of this.entries) entry.session ??= session;
    this.#save();
  }

  // Seen on the live stream before the post was answered: the next one need not wait.
  seen(uuid) {
    if (this.#echoed?.uuid === uuid) this.#echoed.resolve();
    else this.#remove(uuid);
  }

  stop() {
    this.#stopped.abort();
  }

  async #drain() {
    if (this.#running) return;
    this.#running = true;
    let attempt = 0;
    for (let entry; (entry = this.#next());) {
      const retryLater = await this.#deliver(entry);
      attempt = retryLater ? attempt + 1 : 0;
      if (retryLater) await pause(backoff(attempt), this.#stopped.signal);
    }
    this.#running = false;
  }

  #next() {
    return this.#stopped.signal.aborted ? undefined : this.entries.find((entry) => !entry.failed);
  }

  async #deliver(entry) {
    const expired = Date.now() - entry.queuedAt > GIVE_UP_AFTER_MS;
    if (expired) return this.#fail(entry, null);
    try {
      const echo = new Promise((resolve) => { this.#echoed = { uuid: entry.uuid, resolve }; });
      await Promise.race([this.#post(entry), echo]);
      this.#remove(entry.uuid);
      this.#delivered(entry);
      return false;
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryable) return true;
      return this.#fail(entry, error.message);
    } finally {
      this.#echoed = null;
    }
  }

  #fail(entry, error) {
    Object.assign(entry, { failed: true, error });
    this.#save();
    return false;
  }

  #remove(uuid) {
    const left = this.entries.filter((entry) => entry.uuid !== uuid);
    if (left.length === this.entries.length) return;
    this.entries = left;
    this.#save();
  }

  #save() {
    this.#storage.set('outbox', JSON.stringify(this.entries));
    this.#changed();
  }
}
