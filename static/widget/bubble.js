// One row of the log: something said, or a line of what happened. The customer's own text is only ever text.
import { avatar } from './avatar.js';
import { h, icon, safeUrl, attribute } from './dom.js';
import { link, prose, rich } from './rich.js';

export function line(item) {
  return h('p', { part: 'system', class: 'line' }, h('span', { dir: 'auto' }, item.content.text));
}

export function bubble(item, context, clock) {
  const { kind } = item.sender;
  const row = h('div', { part: `message ${kind}`, class: `row ${kind}${item.follows ? ' follows' : ''}`, 'data-id': item.publicId },
    kind !== 'user' && avatar(item.sender),
    h('div', { class: 'said' }, kind !== 'user' && !item.follows && byline(item.sender, context),
      item.content.text && said(item), attachments(item, context), sources(item, context), foot(item, context, clock)));
  // An answer still being written is announced once, when it is whole.
  attribute(row, 'aria-hidden', item.writing && 'true');
  return row;
}

export function working({ kind, name }, { t }) {
  const dots = h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
  return [dots, h('span', {}, t('typing', { name: name ?? t(kind === 'agent' ? 'someone' : 'ai') }))];
}

function byline({ kind, name }, { words: { t } }) {
  return h('p', { class: 'byline' }, name ?? t(kind === 'ai' ? 'ai' : 'someone'),
    kind === 'ai' && name && h('span', { class: 'tag' }, t('ai')));
}

function said({ sender, content, writing }) {
  const body = h('div', { part: 'bubble', class: 'bubble', dir: 'auto' });
  if (sender.kind === 'user') body.append(content.text);
  else if (content.html) body.append(rich(content.html));
  else body.append(prose(content.text));
  body.classList.toggle('plain', sender.kind === 'user' || !content.html);
  body.classList.toggle('writing', Boolean(writing));
  return body;
}

function attachments({ attachments: files }, { base, words: { t } }) {
  return (files ?? []).map(({ name, type, url, size }) => {
    const address = safeUrl(url, ['http:', 'https:'], base);
    const anchor = link(h('a', { part: 'attachment', class: 'file' }), address) ?? h('span', { class: 'file' });
    if (address && /^image\/(png|jpe?g|gif|webp)$/.test(type)) anchor.append(h('img', { src: address, alt: name ?? t('attach'), loading: 'lazy' }));
    else anchor.append(icon('file'), h('span', {}, name ?? ''), size ? h('small', {}, sizeOf(size)) : '');
    return anchor;
  });
}

export function sizeOf(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1024)} kB`;
  return `${Number((bytes / 1048576).toFixed(1))} MB`;
}

function sources({ sources: given, sender }, { words: { t } }) {
  if (sender.kind !== 'ai' || !given?.length) return null;
  return h('ul', { part: 'sources', class: 'sources' }, given.map(({ title, url }) => {
    const chip = link(h('a', { part: 'source' }), url) ?? h('span', { part: 'source' });
    chip.textContent = `${t('source')}: ${title}`;
    return h('li', {}, chip);
  }));
}

function foot(item, context, clock) {
  if (item.opening || item.writing) return null;
  const at = new Date(item.sentAt ?? Date.now());
  return h('div', { class: 'foot' }, h('time', { datetime: at.toISOString(), title: clock.full(at) }, clock.short(at)),
    delivery(item, context), item.cutOff && h('span', { part: 'state', class: 'cut' }, context.words.t('cut')),
    item.sender.kind === 'ai' && item.canVote !== false && thumbs(item, context));
}

function delivery({ publicId, state, error }, { conversation, words: { t } }) {
  if (!state) return null;
  if (state !== 'failed') return h('span', { part: 'state' }, t(state));
  return h('span', { part: 'state', class: 'failed' }, error || t('failed'),
    h('button', { part: 'retry', type: 'button', onclick: () => conversation.retry(publicId) }, t('again')));
}

function thumbs({ publicId, vote }, { conversation, words: { t } }) {
  const thumb = (action, label, name) => h('button', {
    part: name, class: `thumb ${name}`, type: 'button', 'aria-label': t(label), title: t(label),
    'aria-pressed': String(vote === action), onclick: () => conversation.vote(publicId, action),
  }, icon('up'));
  return h('span', { class: 'thumbs' }, thumb('upvote', 'helpful', 'upvote'), thumb('downvote', 'unhelpful', 'downvote'));
}
