// One-key shortcuts, for people who want them (the profile says). They rest while somebody types.

const GO_WITHIN_MS = 1_500;
const enabled = document.body.dataset.shortcuts === "on";
const dialog = document.getElementById("shortcuts-help");
const opener = document.getElementById("shortcuts-open");
let goUntil = 0;

// On a keyboard without Latin letters the place of the key counts.
function letterOf(event) {
  if (/^[\x21-\x7e]$/.test(event.key)) return event.key.toLowerCase();
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
}

function isTyping(target) {
  return target.isContentEditable || target.closest?.("textarea, select, input:not([type=radio], [type=checkbox])");
}

function isShown(element) {
  return element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
}

function press(letter) {
  const control = [...document.querySelectorAll(`[data-shortcut="${letter}"]`)].find(isShown);
  if (!control) return false;
  control.click();
  const panel = control.parentElement.querySelector(".menu__panel");
  if (control.parentElement.open) panel?.querySelector("textarea, select, button:not([type=hidden])")?.focus();
  return true;
}

function focusOn(letter) {
  const field = document.querySelector(`[data-shortcut-focus="${letter}"]`);
  if (!field || field.disabled) return false;
  if (field.type !== "radio") {
    field.focus();
    field.select();
    return true;
  }
  field.checked = true;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.form.querySelector(".composer__body").focus();
  return true;
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isShown);
  const focused = rows.indexOf(document.activeElement);
  const selected = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : selected;
  const row = rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
  return Boolean(row);
}

function go(letter) {
  const link = document.querySelector(`[data-go="${letter}"]`);
  link?.click();
  return Boolean(link);
}

function act(letter) {
  if (Date.now() < goUntil) {
    goUntil = 0;
    return go(letter);
  }
  switch (letter) {
    case "j": return move(1);
    case "k": return move(-1);
    case "g": goUntil = Date.now() + GO_WITHIN_MS; return true;
    case "?": dialog.showModal(); return true;
    case "r": case "n": case "/": return focusOn(letter);
    case "t": case "b": case "a": case "e": case "s": case "c": case "p": return press(letter);
    case "1": case "2": case "3": case "4": return press(letter);
    default: return false;
  }
}

if (enabled && dialog) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const rests = event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(event.key);
    if (rests || event.isComposing || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (act(letterOf(event))) event.preventDefault();
  });
}
