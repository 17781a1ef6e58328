// Keeps the page true to what the server knows: one event stream, whose `patch` events hold the changes.
// After a break the browser says what it saw last (Last-Event-ID); `reset` means that is too long ago.

import { applyPatches } from "./patch.js";

const STALE_AFTER_MS = 5_000;
const RETRY_AFTER_MS = 10_000;

const address = document.body.dataset.live;
const banner = document.getElementById("offline");
let stream;
let stale;

function connect() {
  stream = new EventSource(address);
  stream.addEventListener("open", online);
  stream.addEventListener("error", offline);
  stream.addEventListener("patch", (event) => applyPatches(event.data));
  stream.addEventListener("reset", reset);
  stream.addEventListener("handoff", (event) => {
    document.dispatchEvent(new CustomEvent("baton:handoff", { detail: JSON.parse(event.data) }));
  });
}

function online() {
  clearTimeout(stale);
  stale = undefined;
  banner.hidden = true;
}

function offline() {
  stale ??= setTimeout(() => { banner.hidden = false; }, STALE_AFTER_MS);
  // Refused outright (the server restarts, a proxy answers): the browser gives up, we do not.
  if (stream.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_AFTER_MS);
}

// The composer keeps a draft across a reload; other half-filled forms do not, so those are asked about first.
function reset() {
  const typed = [...document.querySelectorAll("[data-typed]:not(form), input[type=file]")].some((field) => field.value);
  if (!typed) return location.reload();
  banner.querySelector("span").textContent = "This page is out of date. Send or copy what you typed, then reload.";
  banner.hidden = false;
}

if (address && banner) {
  connect();
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
