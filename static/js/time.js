// Keeps times right after the page was made, in the reader's own time zone, in the same words the server uses.

const REFRESH_MS = 15_000;
const SOON_MS = 5 * 60_000;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

function span(at) {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 60 / 24)} d`;
}

function words(element, at) {
  switch (element.dataset.wording) {
    case "ago": return span(at) === "now" ? "now" : `${span(at)} ago`;
    case "span": return span(at);
    case "left": return span(2 * Date.now() - at);
    case "clock": return clock.format(at);
    default: return date.format(at);
  }
}

function refresh() {
  for (const element of document.querySelectorAll("time[data-wording]")) {
    const at = new Date(element.dateTime);
    const text = words(element, at);
    if (element.textContent !== text) element.textContent = text;
    element.title = full.format(at);
  }
  for (const wait of document.querySelectorAll(".wait[data-due]")) {
    const left = new Date(wait.dataset.due) - Date.now();
    wait.dataset.level = left <= 0 ? "late" : left <= SOON_MS ? "soon" : "calm";
  }
}

refresh();
setInterval(refresh, REFRESH_MS);
document.addEventListener("baton:patched", refresh);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
