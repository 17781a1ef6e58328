// What stands in the composer's place once a conversation is closed: how was it, and a way to begin anew.
import { attribute, h, write } from './dom.js';

const SCORES = [1, 2, 3, 4, 5];
const COMMENT_CHARACTERS_MAX = 1000;

export class Closing {
  #context; #score = null; #for = null;

  constructor(context) {
    const { t } = context.words;
    this.#context = context;
    this.comment = h('textarea', {
      part: 'comment', rows: 2, 'aria-label': t('comment'), placeholder: t('comment'), maxlength: COMMENT_CHARACTERS_MAX, hidden: true,
    });
    this.submit = h('button', { part: 'submit-rating', class: 'primary', type: 'submit', hidden: true }, t('submit'));
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { part: 'rating', class: 'rating', onsubmit: (event) => this.#rate(event) },
      h('fieldset', {}, h('legend', {}, t('rate')), h('div', { class: 'scores' }, SCORES.map((score) => this.#choice(score)))),
      this.comment, this.problem, this.submit);
    this.note = h('p', { part: 'closed', class: 'note', role: 'status' });
    this.fresh = h('button', {
      part: 'new-chat', class: 'secondary', type: 'button', onclick: () => context.conversation.startNew(),
    }, t('fresh'));
    this.node = h('div', { class: 'closing', hidden: true }, this.form, this.note, this.fresh);
  }

  focus() {
    if (!this.node.hidden) this.fresh.focus();
  }

  draw() {
    const { conversation, words: { t } } = this.#context;
    if (this.#for !== conversation.session?.id) this.#begin(conversation.session?.id);
    attribute(this.node, 'hidden', !conversation.closed);
    attribute(this.form, 'hidden', conversation.rating !== 'wanted');
    attribute(this.note, 'hidden', conversation.rating === 'wanted');
    write(this.note, conversation.rating === 'given' ? t('thanks') : t('closed'));
  }

  #begin(id) {
    this.#for = id;
    this.form.reset();
    attribute(this.comment, 'hidden', true);
    attribute(this.submit, 'hidden', true);
  }

  #choice(score) {
    const chosen = () => {
      this.#score = score;
      attribute(this.comment, 'hidden', false);
      attribute(this.submit, 'hidden', false);
    };
    return h('label', { class: 'score' }, h('input', { type: 'radio', name: 'score', value: score, onchange: chosen }),
      h('b', { 'aria-hidden': 'true' }, String(score)), h('span', {}, this.#context.words.t(`r${score}`)));
  }

  async #rate(event) {
    event.preventDefault();
    const { conversation, words: { t } } = this.#context;
    this.submit.disabled = true;
    write(this.problem, '');
    try {
      await conversation.rate(this.#score, this.comment.value.trim());
    } catch (error) {
      write(this.problem, error.message || t('wrong'));
    }
    this.submit.disabled = false;
  }
}
