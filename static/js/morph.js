// Changes an element into another one step by step, so that what did not change is left alone: typed text, focus,
// unfolded details.

export function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to);
  } else if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
  } else {
    morphAttributes(from, to);
    morphChildren(from, to);
  }
}

function morphAttributes(from, to) {
  // A message keeps its id until it is sent: sent again after a lost answer, it must be the same message. And what was
  // seen is what stood on this screen, not what the server has.
  const keep = (name) => (name === "open" && from.nodeName === "DETAILS") || (name === "hidden" && from.matches("[data-newest]"))
    || (name === "value" && from.matches("[data-kept]"));
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !keep(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (!keep(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function morphChildren(from, to) {
  const named = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let cursor = from.firstChild;
  for (const next of [...to.childNodes]) {
    const match = next.id ? named.get(next.id) : sameKind(cursor, next);
    if (!match) {
      from.insertBefore(next, cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(match, cursor);
    morph(match, next);
  }
  while (cursor) {
    const rest = cursor.nextSibling;
    cursor.remove();
    cursor = rest;
  }
}

function sameKind(cursor, next) {
  return cursor && !cursor.id && cursor.nodeType === next.nodeType && cursor.nodeName === next.nodeName ? cursor : null;
}
