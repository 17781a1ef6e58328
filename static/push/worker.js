// Shows what this browser is told while its inbox is closed, and opens the conversation. Keeps nothing and fetches nothing.

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = read(event.data);
  const more = { body, tag, data: { url }, renotify: Boolean(tag), icon: "/static/favicon.svg" };
  event.waitUntil(self.registration.showNotification(title, more));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(place(event.notification.data?.url)));
});

// A browser that was called must show something, whatever it was sent.
function read(data) {
  try {
    const { title, body, url, tag } = data.json();
    return { title: String(title), body: String(body ?? ""), url: String(url ?? ""), tag: String(tag ?? "") };
  } catch {
    return { title: "A customer needs a person", body: "Open the inbox to see who.", url: "/inbox", tag: "" };
  }
}

// Only ever a place on this site.
function place(url) {
  const target = new URL(url || "/inbox", self.location.origin);
  return target.origin === self.location.origin ? target : new URL("/inbox", self.location.origin);
}

async function open(target) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find(({ url }) => new URL(url).pathname === target.pathname);
  return there ? there.focus() : self.clients.openWindow(target.href);
}
