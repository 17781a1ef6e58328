// The live stream of one conversation, read with fetch so that the token stays in a header. Reconnects where it left
// off; after three failures in a row it polls, and tries to stream again every minute.
import { backoff, pause } from './backoff.js';
import { EventStream } from './event_stream.js';

const SILENCE_MAX_MS = 40_000;
const HIDDEN_MAX_MS = 5 * 60_000;
const POLLING_SPELL_MS = 60_000;
const FAILURES_BEFORE_POLLING = 3;

export class Live {
  #connect; #poll; #pollSeconds; #onEvent;
  #abort = null; #retryMs = 1000; #hiddenTimer = null;

  constructor({ connect, poll, pollSeconds, onEvent }) {
    this.#connect = connect;
    this.#poll = poll;
    this.#pollSeconds = pollSeconds;
    this.#onEvent = onEvent;
    document.addEventListener('visibilitychange', this.#visibilityChanged);
    this.#start();
  }

  stop() {
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    clearTimeout(this.#hiddenTimer);
    this.#abort?.abort();
  }

  #start() {
    this.#abort = new AbortController();
    this.#run(this.#abort.signal);
  }

  #visibilityChanged = () => {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#abort.abort(), HIDDEN_MAX_MS);
    else if (this.#abort.signal.aborted) this.#start();
  };

  async #run(signal) {
    let failures = 0;
    while (!signal.aborted) {
      const outcome = await this.#stream(signal);
      if (outcome === 'finished') return;
      failures = outcome === 'worked' ? 0 : failures + 1;
      if (failures < FAILURES_BEFORE_POLLING) await pause(backoff(failures, this.#retryMs), signal);
      else await this.#pollForASpell(signal);
    }
  }

  async #pollForASpell(signal) {
    const end = performance.now() + POLLING_SPELL_MS;
    while (!signal.aborted && performance.now() < end) {
      await this.#poll();
      await pause(this.#pollSeconds * 1000, signal);
    }
  }

  // Accepted but without a byte counts as failed: some proxy holds the stream back.
  async #stream(signal) {
    const connection = new AbortController();
    const hangUp = () => connection.abort();
    signal.addEventListener('abort', hangUp);
    let silence = setTimeout(hangUp, SILENCE_MAX_MS);
    let outcome = 'failed';
    try {
      const response = await this.#connect(connection.signal);
      if (response.status === 204) return 'finished';
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const events = new EventStream();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        outcome = 'worked';
        clearTimeout(silence);
        silence = setTimeout(hangUp, SILENCE_MAX_MS);
        for (const event of events.push(decoder.decode(value, { stream: true }))) await this.#onEvent(event);
        this.#retryMs = events.retryMs ?? this.#retryMs;
      }
    } catch { /* every way a connection can break ends in the same reconnect */ } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', hangUp);
    }
    return outcome;
  }
}
