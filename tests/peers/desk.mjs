// The admin of a demo, by plain requests: signs in, reads pages, sends forms.
export class Desk {
  #cookies = new Map();

  static async enter(demo) {
    const desk = new Desk();
    desk.origin = demo.origin;
    await desk.post('/session', { csrf: await desk.csrf('/session'), next: '/inbox', email: demo.email, password: demo.password });
    return desk;
  }

  async get(path) {
    return (await this.#ask(path, {})).text();
  }

  /** Sends a form; where the answer leads. */
  async post(path, fields) {
    const answer = await this.#ask(path, { method: 'POST', body: new URLSearchParams(fields) });
    if (answer.status !== 303) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 4000)}`);
    return answer.headers.get('location');
  }

  /** What a field of a channel's page is set to, on the first page that has it and these words. */
  async setting(name, words) {
    const list = await this.get('/settings/channels');
    for (const [, path] of list.matchAll(/href="(\/settings\/channels\/[0-9a-f-]{36})"/g)) {
      const html = await this.get(path);
      const field = html.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`))?.[0];
      if (field && html.includes(words)) return field.match(/value="([^"]*)"/)[1];
    }
    throw new Error(`no channel with ${words} has a ${name}`);
  }

  async csrf(path) {
    return (await this.get(path)).match(/name="csrf" value="([^"]*)"/)[1];
  }

  async #ask(path, options) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${this.origin}${path}`, { redirect: 'manual', headers: { cookie, origin: this.origin }, ...options });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    return answer;
  }
}
