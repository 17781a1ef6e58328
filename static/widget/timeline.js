// The messages of one conversation in order, and the answers still being written. Pure: no network, no page.
export class Timeline {
  #items = new Map();
  #drafts = new Map();

  constructor(history = []) {
    history.forEach((item) => this.#items.set(item.publicId, item));
  }

  get items() {
    const place = (item) => item.seq ?? Number.MAX_SAFE_INTEGER;
    return [...this.#items.values()].sort((a, b) => place(a) - place(b));
  }

  get drafts() {
    return [...this.#drafts].map(([publicId, characters]) => ({ publicId, text: characters.join('') }));
  }

  get lastSeq() {
    return Math.max(0, ...[...this.#items.values()].map((item) => item.seq ?? 0));
  }

  // Replaces what is known; a message newer than this answer stays.
  reload(history) {
    history.forEach((item) => this.upsert(item));
  }

  upsert(item) {
    const fresh = !this.#items.has(item.publicId);
    this.#items.set(item.publicId, item);
    this.#drafts.delete(item.publicId);
    return fresh;
  }

  has(publicId) {
    return this.#items.has(publicId);
  }

  // Offsets count Unicode characters. A piece that does not join what is there is left out: the finished message follows.
  append({ publicId, offset, text }) {
    if (this.#items.has(publicId)) return;
    const characters = this.#drafts.get(publicId) ?? [];
    if (offset > characters.length) return;
    this.#drafts.set(publicId, [...characters.slice(0, offset), ...text]);
  }

  // Cancellations are not replayed, so what was being written before a reconnect is not to be trusted.
  forgetDrafts() {
    this.#drafts.clear();
  }

  cancel(publicId) {
    this.#drafts.delete(publicId);
  }

  hasSystem(type) {
    return this.items.some((item) => item.type === type || item.systemMessagePayload?.type === type);
  }
}
