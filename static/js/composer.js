// The composer: keeps a draft, grows with the text, sends by Ctrl or Cmd and Enter, and tells the server what was seen.

import { countSegments } from "./segments.js";

const DRAFT = "baton-draft-";
const TYPING_EVERY_MS = 3_000;
const NEAR_THE_END = 0.8;

const composerOf = (element) => element.closest?.("form[data-composer]");
const fieldOf = (form) => form.querySelector(".composer__body");
const modeOf = (form) => form.elements.mode.value;

document.addEventListener("input", (event) => {
  const form = composerOf(event.target);
  if (!form) return;
  if (event.target === fieldOf(form)) {
    saveDraft(form);
    sayTyping(form);
  }
  dress(form);
});

document.addEventListener("change", (event) => {
  const form = composerOf(event.target);
  if (!form) return;
  if (event.target.name === "mode") saveDraft(form);
  dress(form);
});

document.addEventListener("keydown", (event) => {
  const form = composerOf(event.target);
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  const button = form.querySelector(`[data-for-mode="${modeOf(form)}"]`);
  if (!button.disabled) form.requestSubmit(button);
});

document.addEventListener("baton:sent", (event) => {
  const form = composerOf(event.target);
  if (form) localStorage.removeItem(DRAFT + form.dataset.composer);
});

document.addEventListener("submit", (event) => {
  const form = composerOf(event.target);
  if (form) localStorage.setItem(DRAFT + form.dataset.composer, JSON.stringify({ ...draftOf(form), sent: true }));
});

document.addEventListener("baton:patched", start);
document.addEventListener("visibilitychange", markSeen);
start();

function start() {
  for (const form of document.querySelectorAll("form[data-composer]")) {
    if (!form.dataset.ready) restoreDraft(form);
    form.dataset.ready = "true";
    dress(form);
  }
  watchScroll();
  markSeen();
}

// The customer sees that somebody writes, but not when it is a note. Nothing depends on it, so failures are let go.
let saidTyping = 0;
function sayTyping(form) {
  if (modeOf(form) !== "reply" || !fieldOf(form).value || Date.now() - saidTyping < TYPING_EVERY_MS) return;
  saidTyping = Date.now();
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  fetch(`/conversations/${form.dataset.composer}/typing`, { method: "POST", body, keepalive: true }).catch(() => {});
}

function draftOf(form) {
  return { mode: modeOf(form), body: fieldOf(form).value };
}

function saveDraft(form) {
  const key = DRAFT + form.dataset.composer;
  const draft = draftOf(form);
  if (draft.body) localStorage.setItem(key, JSON.stringify(draft));
  else localStorage.removeItem(key);
}

// A draft marked as sent has reached the server, which gives back what it refused.
function restoreDraft(form) {
  const key = DRAFT + form.dataset.composer;
  if (fieldOf(form).value) return saveDraft(form);
  const draft = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!draft) return;
  if (draft.sent) return localStorage.removeItem(key);
  fieldOf(form).value = draft.body;
  const mode = form.querySelector(`[name="mode"][value="${draft.mode === "note" ? "note" : "reply"}"]`);
  if (!mode.disabled) mode.checked = true;
}

function dress(form) {
  const field = fieldOf(form);
  field.dataset.replyPlaceholder ??= field.placeholder;
  field.placeholder = modeOf(form) === "note" ? field.dataset.notePlaceholder : field.dataset.replyPlaceholder;
  grow(field);
  count(form, field);
  shorten(form);
  const files = form.elements.files?.files.length ?? 0;
  const label = form.querySelector("[data-files-label]");
  if (label) label.textContent = files === 0 ? "Attach" : files === 1 ? "1 file" : `${files} files`;
}

// Folded, the head of a mail still says to whom it goes and about what.
function shorten(form) {
  const short = (name) => form.querySelector(`[data-head="${name}"]`);
  if (!short("to")) return;
  const { to, cc, subject } = form.elements;
  const copies = cc.value.split(/[\s,;]+/).filter(Boolean).length;
  short("to").textContent = to.value;
  short("subject").textContent = subject.value;
  short("cc").textContent = `${copies} Cc`;
  short("cc").hidden = copies === 0;
}

function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + 2}px`;
}

function count(form, field) {
  const output = form.querySelector("[data-count]");
  const most = Number(field.dataset.charactersMax);
  if (!output || !most) return;
  const length = [...field.value].length;
  const costs = "segments" in field.dataset;
  // Where nothing is paid by length, only who comes near the end needs to know.
  const silent = modeOf(form) === "note" || (!costs && length < most * NEAR_THE_END);
  output.textContent = silent ? "" : `${length} of ${most} characters${costs ? costOf(field.value) : ""}`;
  output.toggleAttribute("data-over", length > most);
}

// What a text message costs: each segment is billed by itself.
function costOf(text) {
  const { segments, gsm } = countSegments(text);
  if (!segments) return "";
  return ` · ${segments} ${segments === 1 ? "segment" : "segments"}${gsm ? "" : " (special characters)"}`;
}

// --- what was seen, and the way back to the newest line

function watchScroll() {
  const scroller = document.querySelector("[data-scroller]");
  if (!scroller || scroller.dataset.watched) return;
  scroller.dataset.watched = "true";
  scroller.addEventListener("scroll", markSeen, { passive: true });
  document.querySelector("[data-newest]")?.addEventListener("click", () => {
    scroller.scrollTo({ top: 0, behavior: "smooth" });
    scroller.focus({ preventScroll: true });
  });
}

function markSeen() {
  const scroller = document.querySelector("[data-scroller]");
  const newest = document.querySelector("[data-newest]");
  if (!scroller) return;
  const atEnd = scroller.scrollTop > -48;
  if (newest) newest.hidden = scroller.scrollTop > -240;
  const last = scroller.querySelector(".item:last-of-type");
  if (!atEnd || !last || document.visibilityState !== "visible") return;
  for (const seen of document.querySelectorAll("[data-seen]")) {
    seen.value = Math.max(Number(seen.value), Number(last.dataset.sort));
  }
}
