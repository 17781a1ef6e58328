// "Notify this browser" on the profile page: asks the browser, and sends the form with what it answers.

const WORKER = "/static/push/worker.js";
const SCOPE = "/inbox";

const form = document.getElementById("notify-browser");
if (form) begin().catch(() => say("This browser could not be asked. Reload the page and try again."));

async function begin() {
  const why = hindrance();
  if (why) return say(why);
  const subscription = await (await navigator.serviceWorker.getRegistration(SCOPE))?.pushManager.getSubscription();
  const own = subscription && await line(subscription);
  if (own) return mark(own, subscription);
  say("This browser is not notified.");
  const button = form.querySelector("button");
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    subscribe().then(() => form.submit(), (error) => {
      button.disabled = false;
      say(words(error));
    });
  });
}

function hindrance() {
  if (!isSecureContext) return "This page was not opened over https, and browsers take notices only for pages that were. Ask an administrator to put Baton behind https.";
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    return "This browser can not be notified while the page is closed. On an iPhone or iPad, add Baton to the home screen and open it from there.";
  }
  if (Notification.permission === "denied") return "Notices of this site are blocked in this browser. Allow them in its settings for this site, then reload.";
  return null;
}

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") throw new DOMException("", "NotAllowedError");
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  await ready(registration);
  // A subscription the server does not know of: of somebody else, or from before its database was new.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: form.dataset.key,
  });
  const { endpoint, keys } = subscription.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { form.elements[name].value = value; });
}

function ready({ installing, waiting, active }) {
  const worker = active ?? waiting ?? installing;
  if (worker.state === "activated") return null;
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => { if (worker.state === "activated") resolve(); });
  });
}

// The line of this browser in the list, which names it by the digest of its address.
async function line({ endpoint }) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
  const name = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return document.querySelector(`[data-browser="${name}"]`);
}

function mark(own, subscription) {
  own.querySelector("[data-this]").hidden = false;
  say("This browser is notified.");
  own.querySelector("form[data-removal]").addEventListener("submit", () => { subscription.unsubscribe(); });
}

function words({ name }) {
  if (name === "NotAllowedError") return "The browser was not allowed to show notices, so nothing was changed.";
  if (name === "AbortError") return "The browser could not reach its push service. Check its connection and try again.";
  return "This browser could not be asked. Reload the page and try again.";
}

function say(text) {
  form.querySelector("[data-state]").textContent = text;
}
