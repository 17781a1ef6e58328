// Doubling delays with jitter, so that a thousand browsers do not come back at once.
export const backoff = (attempt, base_ms = 1000, max_ms = 30_000) =>
  Math.min(max_ms, base_ms * 2 ** attempt) * (0.5 + Math.random() / 2);

// Ends early when the network returns or the signal aborts.
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
