// The HTTP calls; keeps no conversation state. A contact token travels in a header, never in a URL. One minted here that
// the server no longer knows is replaced once per call.
import { newId } from './storage.js';

const CALL_TIMEOUT_MS = 30_000;
const OPENCX = 'backend/widget/v2/';

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  get retryable() {
    return this.status === 0 || [401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

export class Api {
  #base; #token; #user; #storage; #language; #minting = null;

  constructor({ apiUrl, token, user = {}, storage, language }) {
    this.#base = new URL(apiUrl.replace(/\/*$/, '/'), location.href);
    this.#token = token;
    this.#user = user;
    this.#storage = storage;
    this.#language = language;
    this.#forgetOtherPerson();
  }

  get known() {
    return Boolean(this.#contactToken);
  }

  url(path) {
    return new URL(path, this.#base).href;
  }

  config() {
    return this.#json('GET', `${OPENCX}config`, undefined, { anonymous: true });
  }

  async sessions() {
    const filters = encodeURIComponent(JSON.stringify(this.#device()));
    return (await this.#json('GET', `${OPENCX}sessions?filters=${filters}`)).items ?? [];
  }

  createSession() {
    return this.#json('POST', `${OPENCX}create-session`, { customData: this.#device() });
  }

  poll(id) {
    return this.#json('GET', `${OPENCX}poll/${encodeURIComponent(id)}`);
  }

  send(body) {
    return this.#json('POST', `${OPENCX}chat/send`, { ...body, bot_token: this.#token });
  }

  vote(sessionId, messagePublicId, action) {
    return this.#json('POST', `${OPENCX}chat/vote`, { action, sessionId, messagePublicId });
  }

  rate(session_id, score, feedback) {
    const body = { session_id, score, feedback: feedback || undefined, system_message_uuid: newId() };
    return this.#json('POST', `${OPENCX}submit-csat`, body);
  }

  requestPerson(id) {
    return this.#json('POST', own(id, 'person'), {});
  }

  typing(id) {
    return this.#json('POST', own(id, 'typing'), { typing: true });
  }

  live(id, lastEventId, signal) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(lastEventId) };
    return this.#call('GET', own(id, 'live'), { headers, signal });
  }

  // XMLHttpRequest, because fetch cannot tell how much of an upload has left.
  async upload(file, progress, retried = false) {
    await this.#contact();
    const { status, body } = await this.#transfer(file, progress);
    if (status === 401 && !retried && this.#drop()) return this.upload(file, progress, true);
    if (status < 200 || status > 299) throw new ApiError(status, messageOf(body));
    const { id = newId(), fileName: name, fileUrl: url, size = file.size, type = file.type } = body;
    return { id, name, size, type, url };
  }

  #transfer(file, progress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append('file', file, file.name);
      request.open('POST', this.url(`${OPENCX}upload`));
      for (const [name, value] of Object.entries(this.#headers())) request.setRequestHeader(name, value);
      request.responseType = 'json';
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onloadend = () => resolve({ status: request.status, body: request.response ?? {} });
      request.send(form);
    });
  }

  async #json(method, path, body, { anonymous = false } = {}) {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), CALL_TIMEOUT_MS);
    try {
      const sent = { headers, signal: abort.signal, anonymous, body: body && JSON.stringify(body) };
      const response = await this.#call(method, path, sent);
      const answer = response.status === 204 ? null : await response.json();
      if (answer?.success === false) throw new ApiError(422, messageOf(answer));
      return answer;
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0, '');
    } finally {
      clearTimeout(timer);
    }
  }

  async #call(method, path, { headers, signal, body, anonymous }, retried = false) {
    if (!anonymous) await this.#contact();
    const sent = { ...headers, ...this.#headers() };
    const response = await fetch(this.url(path), { method, headers: sent, signal, body, cache: 'no-store', credentials: 'omit' });
    if (response.ok) return response;
    if (response.status === 401 && !anonymous && !retried && this.#drop()) {
      return this.#call(method, path, { headers, signal, body }, true);
    }
    throw new ApiError(response.status, messageOf(await response.json().catch(() => ({}))));
  }

  #headers() {
    const contact = this.#contactToken;
    return {
      'X-Bot-Token': this.#token, 'Accept-Language': this.#language,
      ...(contact && { Authorization: `Bearer ${contact}` }),
    };
  }

  get #contactToken() {
    return this.#user.token ?? this.#storage.get('contact-token');
  }

  // A configured token belongs to the site; only our own can be renewed.
  #drop() {
    if (this.#user.token) return false;
    this.#storage.remove('contact-token');
    return true;
  }

  #contact() {
    if (this.#contactToken) return undefined;
    this.#minting ??= this.#mint().finally(() => { this.#minting = null; });
    return this.#minting;
  }

  async #mint() {
    const { email, name, avatarUrl, customData } = this.#user.data ?? {};
    const { token } = await this.#json('POST', `${OPENCX}contact/create-unverified`, {
      email, non_verified_name: name,
      non_verified_custom_data: avatarUrl ? { avatar_url: avatarUrl, ...customData } : customData,
    }, { anonymous: true });
    this.#storage.set('contact-token', token);
  }

  // Whose conversations these are: the site's own name for the visitor, or a name made up for this browser.
  #device() {
    const { externalId, token } = this.#user;
    if (!externalId && token) return {};
    const id = externalId ?? this.#storage.get('external-id') ?? newId();
    if (!externalId) this.#storage.set('external-id', id);
    return { external_id: id };
  }

  // On a shared computer the next person to sign in must not see the last one's conversation.
  #forgetOtherPerson() {
    const person = this.#user.externalId ?? this.#user.data?.email ?? '';
    const last = this.#storage.get('person') ?? '';
    if (last && last !== person) ['contact-token', 'external-id', 'outbox'].forEach((name) => this.#storage.remove(name));
    this.#storage.set('person', person);
  }
}

const own = (id, verb) => `widget/v1/sessions/${encodeURIComponent(id)}/${verb}`;
const messageOf = (body) => body?.error?.message ?? body?.message ?? '';
