// Shows the server's HTML by copying an allow-list of elements, so a mistake in the server's cleaning is not the
// visitor's problem. The parsed document is inert: nothing in it loads or runs.
import { safeUrl } from './dom.js';

const KEPT = new Set('P BR STRONG EM DEL CODE PRE UL OL LI A H1 H2 H3 H4 BLOCKQUOTE TABLE THEAD TBODY TR TH TD HR'.split(' '));
// Each block is laid out in the direction of its own language.
const BLOCKS = new Set('P LI H1 H2 H3 H4 BLOCKQUOTE TH TD'.split(' '));
const DROPPED = new Set('SCRIPT STYLE TEMPLATE IFRAME OBJECT NOSCRIPT TEXTAREA TITLE'.split(' '));
const LINKS = ['http:', 'https:', 'mailto:', 'tel:'];
const DEPTH_MAX = 32;

export function rich(html) {
  const fragment = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(html, 'text/html').body, fragment, 0);
  return fragment;
}

function copy(from, to, depth) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(child.data);
    if (child.nodeType !== Node.ELEMENT_NODE || DROPPED.has(child.tagName.toUpperCase())) continue;
    const kept = depth < DEPTH_MAX ? keep(child) : null;
    if (kept) to.append(kept);
    copy(child, kept ?? to, depth + 1);
  }
}

function keep(element) {
  if (!KEPT.has(element.tagName)) return null;
  const copied = document.createElement(element.tagName);
  if (BLOCKS.has(element.tagName)) copied.dir = 'auto';
  if (element.tagName !== 'A') return copied;
  return link(copied, element.getAttribute('href'));
}

export function link(anchor, address) {
  const href = safeUrl(address, LINKS);
  if (!href) return null;
  anchor.href = href;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow';
  return anchor;
}

// Markdown as prose, for an answer still being written.
export const prose = (markdown) => markdown
  .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  .replace(/^#{1,6}\s+/gm, '')
  .replace(/(\*\*|__|`)/g, '');
