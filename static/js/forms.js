// Sends the inbox's forms without leaving the page. The server answers with patches; whatever else it answers, or if it
// does not answer, the form is sent the ordinary way.

import { applyPatches } from "./patch.js";

const PATCH = "text/vnd.baton.patch+html";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const enhanced = form.method === "post" && form.closest(".inbox") && !("plain" in form.dataset);
  if (!enhanced || event.defaultPrevented) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
});

async function send(form, submitter) {
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(submitter?.getAttribute("formaction") ?? form.getAttribute("action"), {
      method: "POST",
      headers: { Accept: PATCH },
      body: content(form, submitter),
    });
    if (answer.headers.get("content-type")?.startsWith(PATCH)) await show(answer, form);
    else if (answer.redirected) location.assign(answer.url);
    else sendPlainly(form, submitter);
  } catch {
    sendPlainly(form, submitter);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function content(form, submitter) {
  const data = new FormData(form, submitter);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

async function show(answer, form) {
  const html = await answer.text();
  const hadFocus = form.contains(document.activeElement);
  if (answer.ok) form.dispatchEvent(new CustomEvent("baton:sent", { bubbles: true }));
  closeMenu(form);
  applyPatches(html, form);
  if (hadFocus && document.activeElement === document.body) returnFocus(form);
}

function closeMenu(form) {
  form.closest("details.menu")?.removeAttribute("open");
  for (const menu of form.querySelectorAll("details.menu[open]")) menu.removeAttribute("open");
}

// Where the focused control went away with the change, the text field is the place to go on.
function returnFocus(form) {
  const same = form.id && document.getElementById(form.id);
  const field = (same || document).querySelector(".composer__body");
  field?.focus({ preventScroll: true });
}

function sendPlainly(form, submitter) {
  form.dataset.plain = "";
  form.requestSubmit(submitter ?? undefined);
}

// Links to the next page of a list or a timeline add it in place.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-patch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { Accept: PATCH } });
    if (!answer.ok || !answer.headers.get("content-type")?.startsWith(PATCH)) throw new Error("not a patch");
    applyPatches(await answer.text());
  } catch {
    location.assign(link.href);
  }
});
