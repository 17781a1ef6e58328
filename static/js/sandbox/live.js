// The customer's side stays true to what the stand-ins know: after each change the pieces that name their source are read again.
// Forms are sent without leaving the page; without this script they are ordinary forms.

const pieces = [...document.querySelectorAll("[data-fragment]")];

function toBottom(piece) {
  const scrolled = [piece, ...piece.querySelectorAll("[data-to-bottom]")].filter((one) => one.hasAttribute("data-to-bottom"));
  scrolled.forEach((one) => { one.scrollTop = one.scrollHeight; });
}

// One look at a time: an older answer must not come after a newer one.
async function refresh(piece) {
  if (piece.looking) return void (piece.again = true);
  piece.looking = true;
  do {
    piece.again = false;
    await look(piece).catch(() => {});
  } while (piece.again);
  piece.looking = false;
}

async function look(piece) {
  // An answer that is being written stays; the next change shows what was missed.
  const writing = document.activeElement;
  if (piece.contains(writing) && writing.matches("textarea, input") && writing.value) return;
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
