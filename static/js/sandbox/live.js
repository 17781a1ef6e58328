// The customer's side stays true to what the stand-ins know: after each change the pieces that name their source are read again.
// Forms are sent without leaving the page; without this script they are ordinary forms.

const pieces = [...document.querySelectorAll("[data-fragment]")];

function toBottom(piece) {
  if (piece.hasAttribute("data-to-bottom")) piece.scrollTop = piece.scrollHeight;
}

async function refresh(piece) {
  const answer = await fetch(piece.dataset.fragment, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const html = await answer.text();
  if (html === piece.dataset.shown) return;
  piece.dataset.shown = html;
  // The server escapes what customers and agents wrote; the page itself was rendered from the same partial.
  piece.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  toBottom(piece);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-send]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const field = form.querySelector("textarea");
  if (field && !field.value.trim() && !event.submitter?.name) return field.focus();
  await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  if (field) {
    field.value = "";
    field.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("form[data-send] textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector(".handset__send"));
});

if (pieces.length) {
  pieces.forEach(toBottom);
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("changed", () => pieces.forEach(refresh));
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
