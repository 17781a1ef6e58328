// Remembers small facts under baton:<token>:<name>. A browser that refuses localStorage gets memory instead, so callers
// never see an exception.
export class Storage {
  #prefix;
  #memory = new Map();

  constructor(token) {
    this.#prefix = `baton:${token}:`;
  }

  get(name) {
    try {
      return localStorage.getItem(this.#prefix + name) ?? this.#memory.get(name) ?? null;
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  set(name, value) {
    const text = String(value);
    try {
      localStorage.setItem(this.#prefix + name, text);
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, text);
    }
  }

  remove(name) {
    this.#memory.delete(name);
    try {
      localStorage.removeItem(this.#prefix + name);
    } catch { /* the memory was all there is */ }
  }

  json(name, fallback) {
    try {
      return JSON.parse(this.get(name)) ?? fallback;
    } catch {
      return fallback;
    }
  }
}

// randomUUID exists only on secure origins; a shop on a plain-http intranet still needs ids.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
