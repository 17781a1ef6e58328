// Parses text/event-stream bit by bit. Pure: text in, complete events out, half a line kept for the next call.
const RETRY_MAX_MS = 60_000;

export class EventStream {
  #rest = '';
  #event = {};
  retryMs = null;

  push(text) {
    // A chunk may end between CR and LF; the pair is one line end.
    const held = this.#rest + text;
    const complete = held.endsWith('\r') ? held.slice(0, -1) : held;
    const lines = complete.split(/\r\n|\r|\n/);
    this.#rest = lines.pop() + held.slice(complete.length);
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
    else if (field === 'id' || field === 'event') this.#event[field] = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Math.min(Number(value), RETRY_MAX_MS);
    return null;
  }

  #dispatch() {
    const { id, event, data } = this.#event;
    this.#event = {};
    if (data === undefined && event === undefined) return null;
    try {
      return { id: id === undefined ? null : Number(id), type: event ?? 'message', data: data ? JSON.parse(data) : null };
    } catch {
      return null;
    }
  }
}
