// What the AI asks for before a person takes over, as a form. What is sent is a message like any other, a line for each field;
// whoever would rather write a sentence does that.
import { attribute, h } from './dom.js';

const INPUTS = {
  name: { type: 'text', autocomplete: 'name' }, email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' }, order: { type: 'text', autocomplete: 'off' }, text: { type: 'text', autocomplete: 'off' },
};
const ANSWER_CHARACTERS_MAX = 200;

export class Details {
  #context; #shown = '';

  constructor(context) {
    const { t } = context.words;
    this.#context = context;
    this.fields = h('div', { class: 'fields' });
    this.send = h('button', { part: 'send-details', class: 'primary', type: 'submit' }, t('send'));
    this.node = h('form', { part: 'details', class: 'details', hidden: true, 'aria-label': t('details'), onsubmit: (event) => this.#send(event) },
      this.fields, this.send);
  }

  draw() {
    const asks = this.#asked;
    const look = JSON.stringify(asks);
    // What was typed stays for as long as the same is asked for.
    if (look !== this.#shown) this.fields.replaceChildren(...asks.map((field) => this.#field(field)));
    this.#shown = look;
    attribute(this.node, 'hidden', asks.length === 0);
  }

  get #asked() {
    const { session, owner, closed, queued, timeline } = this.#context.conversation;
    const last = timeline.items.findLast(({ sender }) => sender.kind !== 'system');
    const isAsked = owner === 'ai' && !closed && queued.length === 0 && last?.sender.kind === 'ai';
    return (isAsked && session?.batonAsks) || [];
  }

  #field({ label, kind, required }) {
    const input = h('input', {
      ...INPUTS[kind] ?? INPUTS.text, required, dir: 'auto', maxlength: ANSWER_CHARACTERS_MAX, 'data-label': label,
    });
    return h('label', {}, h('span', { dir: 'auto' }, label), input);
  }

  #send(event) {
    event.preventDefault();
    const filled = [...this.fields.querySelectorAll('input')].filter((input) => input.value.trim() !== '');
    if (filled.length === 0) return;
    this.#context.conversation.send(filled.map((input) => `${input.dataset.label}: ${input.value.trim()}`).join('\n'), []);
    this.#shown = '';
    this.draw();
  }
}
