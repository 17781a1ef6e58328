// Builds elements. Text always becomes a text node; nothing here parses markup.
const SVG = 'http://www.w3.org/2000/svg';

// on* are listeners; null and false leave an attribute out.
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else attribute(node, name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? '' : value);
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Only addresses that cannot run code; relative ones are read against the server that sent them.
export function safeUrl(url, schemes, base) {
  try {
    const parsed = new URL(url, base);
    return schemes.includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

const SHAPES = {
  chat: 'M4 5h16v12h-8l-4 4v-4H4Z M8 9.5h8 M8 13h5',
  down: 'm6 9.5 6 6 6-6',
  close: 'm6.5 6.5 11 11 M17.5 6.5l-11 11',
  attach: 'm19.5 11.5-8 8a4.8 4.8 0 0 1-7-7l8.5-8.5a3.2 3.2 0 0 1 4.5 4.5l-8.5 8.5a1.6 1.6 0 0 1-2-2l7.5-7.5',
  send: 'M12 19.5v-15 M5.5 11 12 4.5l6.5 6.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4.5 20.5a7.5 7.5 0 0 1 15 0',
  up: 'M7 11v9H4v-9h3l4-7.5c2 0 3 1 2.5 3l-.5 3h6l-1.5 10.5H7',
  file: 'M14 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V7.5L14 3Z M14 3v4.5h4.5',
  spark: 'M12 4c.7 4.7 3.3 7.3 8 8-4.7.7-7.3 3.3-8 8-.7-4.7-3.3-7.3-8-8 4.7-.7 7.3-3.3 8-8Z',
};

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  const drawn = { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: `icon icon-${name}` };
  Object.entries(drawn).forEach(([key, value]) => svg.setAttribute(key, value));
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}
