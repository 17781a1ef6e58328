// Applies changes the server sends: <template data-action data-target> elements, each holding the new HTML.
// Promise: what a person types, has focused or has scrolled to is not taken from them.

import { morph } from "./morph.js";

// `answered` is the form the changes answer: what was typed there has been sent, so it may go.
export function applyPatches(html, answered = null) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const keepPlace = holdScroll();
  for (const patch of holder.content.querySelectorAll("template[data-action]")) apply(patch, answered);
  keepPlace();
  document.dispatchEvent(new CustomEvent("baton:patched"));
}

function apply(patch, answered) {
  const target = document.getElementById(patch.dataset.target);
  if (!target) return;
  const next = patch.content.firstElementChild;
  switch (patch.dataset.action) {
    case "remove":
      target.remove();
      break;
    case "morph":
      // What was whispered has been heard; the next whisper begins empty.
      if (answered?.hasAttribute("data-clears") && target.contains(answered)) answered.reset();
      if (next) morph(target, next);
      break;
    case "replace":
      if (next) replace(target, next, answered);
      break;
    case "append":
    case "prepend":
      for (const child of [...patch.content.children]) place(target, child, patch.dataset.action);
      break;
  }
}

function replace(target, next, answered) {
  const isAnswer = answered && (target.contains(answered) || answered.contains(target));
  if (target.matches("details") || (!isAnswer && isInUse(target))) morph(target, next);
  else target.replaceWith(next);
}

function isInUse(element) {
  if (element.contains(document.activeElement) || element.querySelector("details[open]")) return true;
  const fields = element.querySelectorAll("textarea, input:not([type=hidden])");
  return [...fields].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

function place(container, element, action) {
  const former = element.id ? document.getElementById(element.id) : null;
  const restore = former ? carryOver(former, element) : () => {};
  former?.remove();
  const after = element.dataset.sort === undefined ? null : firstAfter(container, Number(element.dataset.sort));
  if (after) after.before(element);
  else if (action === "prepend" && element.dataset.sort === undefined) container.prepend(element);
  else container.append(element);
  restore();
}

function firstAfter(container, sort) {
  const descending = container.dataset.order === "descending";
  const sorted = [...container.children].filter((child) => child.dataset.sort !== undefined);
  return sorted.find((child) => (descending ? Number(child.dataset.sort) < sort : Number(child.dataset.sort) > sort));
}

// A row that moves keeps being the selected and the focused one.
function carryOver(former, element) {
  const link = element.querySelector("[data-row]");
  const formerLink = former.querySelector("[data-row]");
  if (!link || !formerLink) return () => {};
  if (formerLink.hasAttribute("aria-current")) link.setAttribute("aria-current", "true");
  return former.contains(document.activeElement) ? () => link.focus({ preventScroll: true }) : () => {};
}

// The timeline hangs from its end, so a reader at the end stays there by itself. A reader further up must not be
// moved: whatever line they are looking at keeps its place.
function holdScroll() {
  const scroller = document.querySelector("[data-scroller]");
  if (!scroller || scroller.scrollTop > -8) return () => {};
  const top = scroller.getBoundingClientRect().top;
  const line = [...scroller.querySelectorAll(".item")].find((item) => item.getBoundingClientRect().bottom > top);
  if (!line) return () => {};
  const before = line.getBoundingClientRect().top;
  return () => {
    const same = document.getElementById(line.id);
    if (same) scroller.scrollTop += same.getBoundingClientRect().top - before;
  };
}
