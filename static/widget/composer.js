// Where the visitor writes: text, files, and the way to a person, always in reach.
import { attribute, h, icon, write } from './dom.js';
import { sizeOf } from './bubble.js';

const UPLOAD_BYTES_MAX = 5 * 1024 * 1024;
const TEXT_CHARACTERS_MAX = 8000;
const KINDS = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'pdf', 'csv', 'txt', 'xls', 'xlsx'];

export class Composer {
  #context; #files = []; #complaint = null;

  constructor(context) {
    const { t } = context.words;
    this.#context = context;
    this.input = h('textarea', {
      part: 'input', class: 'input', rows: 1, dir: 'auto', 'aria-label': t('write'), placeholder: t('write'), maxlength: TEXT_CHARACTERS_MAX,
      enterkeyhint: 'send', oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
      onpaste: (event) => this.#paste(event),
    });
    this.picker = h('input', {
      part: 'file', type: 'file', multiple: true, hidden: true, 'aria-label': t('attach'),
      accept: KINDS.map((kind) => `.${kind}`).join(),
      onchange: () => { this.#attach([...this.picker.files]); this.picker.value = ''; },
    });
    const button = (name, onclick) => h('button', {
      part: name, class: name, type: 'button', 'aria-label': t(name), title: t(name), onclick,
    }, icon(name));
    this.attach = button('attach', () => this.picker.click());
    this.sendButton = button('send', () => this.#send());
    this.person = h('button', {
      part: 'person', class: 'person', type: 'button', onclick: () => context.conversation.requestPerson(),
    }, icon('person'), t('person'));
    this.state = h('span', { part: 'waiting', class: 'waiting' }, t('waiting'));
    this.chips = h('ul', { part: 'attachments', class: 'chips' });
    this.problem = h('p', { part: 'problem', class: 'problem', role: 'alert' });
    this.node = h('div', { part: 'composer', class: 'composer' }, this.problem, h('div', { class: 'box' }, this.chips, this.input,
      h('div', { class: 'tools' }, this.attach, this.picker, this.person, this.state, this.sendButton)));
  }

  focus() {
    if (!this.node.hidden) this.input.focus();
  }

  // Files may land anywhere on the panel.
  acceptDrops(panel) {
    const { t } = this.#context.words;
    const over = (event) => {
      if (this.node.hidden || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      panel.dataset.drop = t('drop');
    };
    const leave = () => delete panel.dataset.drop;
    panel.addEventListener('dragover', over);
    panel.addEventListener('dragleave', leave);
    panel.addEventListener('drop', (event) => {
      if (!panel.dataset.drop) return;
      event.preventDefault();
      leave();
      this.#attach([...event.dataTransfer.files]);
    });
  }

  draw() {
    const { conversation, config, words: { t } } = this.#context;
    const { owner, problem } = conversation;
    attribute(this.node, 'hidden', conversation.closed);
    // A button that goes away under the finger must not take the focus with it.
    const hadFocus = this.person.matches(':focus');
    attribute(this.person, 'hidden', config.handoff_enabled === false || owner !== 'ai');
    if (hadFocus && this.person.hidden) this.input.focus();
    attribute(this.state, 'hidden', owner !== 'queue');
    const refused = problem === 'failed' ? t('wrong') : problem;
    write(this.problem, this.#complaint ?? refused ?? (navigator.onLine ? '' : t('offline')));
    this.#drawSend();
  }

  #typed() {
    this.#grow();
    this.#drawSend();
    if (this.input.value) this.#context.conversation.typed();
  }

  #grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  // Enter that ends a Japanese or Chinese composition chooses a word; it does not send.
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  get #ready() {
    const settled = this.#files.every((file) => file.done);
    return settled && (this.input.value.trim() !== '' || this.#files.length > 0);
  }

  #drawSend() {
    attribute(this.sendButton, 'aria-disabled', !this.#ready && 'true');
  }

  #send() {
    if (!this.#ready) return;
    this.#context.conversation.send(this.input.value.trim(), this.#files.map((file) => file.done));
    this.input.value = '';
    this.#complaint = null;
    [...this.#files].forEach((file) => this.#remove(file));
    this.#grow();
    this.input.focus();
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.#attach(files);
  }

  #attach(files) {
    this.#complaint = null;
    for (const file of files) {
      this.#complaint = this.#refusal(file) ?? this.#complaint;
      if (!this.#refusal(file)) this.#upload(file);
    }
    this.draw();
  }

  #refusal({ name, size }) {
    const { config, words: { t } } = this.#context;
    const limit = config.upload_bytes_max || UPLOAD_BYTES_MAX;
    if (!KINDS.includes(name.split('.').pop().toLowerCase())) return t('kind', { name });
    return size > limit ? t('large', { name, size: sizeOf(limit) }) : null;
  }

  async #upload(file) {
    const { conversation, words: { t } } = this.#context;
    const entry = { ...this.#chip(file), done: null };
    this.#files.push(entry);
    try {
      entry.done = await conversation.upload(file, (share) => { entry.bar.value = share; });
      entry.bar.remove();
    } catch (error) {
      this.#remove(entry);
      this.#complaint = error.message || t('broken', { name: file.name });
    }
    this.draw();
  }

  #chip(file) {
    const { t } = this.#context.words;
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
    const bar = h('progress', { 'aria-label': file.name, max: 1, value: 0 });
    const remove = h('button', { part: 'remove', type: 'button', 'aria-label': t('remove', { name: file.name }) }, icon('close'));
    const chip = h('li', {}, preview ? h('img', { src: preview, alt: '' }) : icon('file'), h('span', {}, file.name), bar, remove);
    remove.addEventListener('click', () => this.#remove(this.#files.find((entry) => entry.chip === chip)));
    this.chips.append(chip);
    return { chip, bar, preview };
  }

  #remove(entry) {
    if (entry.preview) URL.revokeObjectURL(entry.preview);
    entry.chip.remove();
    this.#files = this.#files.filter((other) => other !== entry);
    this.#drawSend();
  }
}
