// Faces without pictures: a person is a circle with initials, the AI is a rounded square with a mark.
import { h, icon } from './dom.js';

const HUES = 12;

export function avatar({ kind, name }) {
  if (kind === 'ai') return h('span', { class: 'avatar', 'aria-hidden': 'true' }, icon('spark'));
  const face = h('span', { class: 'avatar', 'aria-hidden': 'true' }, name ? initials(name) : icon('person'));
  tint(face, name);
  return face;
}

export function tint(face, name) {
  const sum = [...(name ?? '')].reduce((total, letter) => total + letter.codePointAt(0), 0);
  face.style.setProperty('--hue', String((sum % HUES) * (360 / HUES)));
}

export function initials(name) {
  const words = name.split(/[\s&]+/).filter(Boolean);
  return words.filter((_, at) => at === 0 || at === words.length - 1).map((word) => [...word][0]).join('').toUpperCase();
}
