// Makes a handoff noticed: said by the screen reader, shown with a link, counted in the title, and heard, once allowed.

const SOUND = "baton-sound";
const title = document.title;
const button = document.getElementById("sound");
const announcer = document.getElementById("announcer");
const notices = document.getElementById("notices");
let audio;
let unseen = 0;

document.addEventListener("baton:handoff", ({ detail }) => {
  const words = `${detail.contact || "A customer"} needs a person: ${detail.reason}`;
  announcer.textContent = words;
  show(words, detail);
  if (document.hidden) unseen += 1;
  badge();
  if (soundIsOn()) chime();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseen = 0;
  badge();
});

function badge() {
  document.title = unseen > 0 ? `(${unseen}) ${title}` : title;
}

function show(words, { number, url }) {
  const id = `handoff-${Number(number)}`;
  document.getElementById(id)?.remove();
  const notice = document.createElement("a");
  notice.id = id;
  notice.className = "flash flash--handoff";
  // Only ever a place on this site, whatever the event says.
  notice.href = new URL(url, location.origin).origin === location.origin ? url : "/inbox/unassigned";
  notice.textContent = `#${Number(number)} ${words}`;
  notices.append(notice);
  setTimeout(() => notice.remove(), 30_000);
}

function soundIsOn() {
  return localStorage.getItem(SOUND) === "on";
}

function chime() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  tone(659, 0);
  tone(880, 0.16);
}

function tone(frequency, delay) {
  const start = audio.currentTime + delay;
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.18, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.4);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.45);
}

function label() {
  button.setAttribute("aria-pressed", String(soundIsOn()));
  button.querySelector("[data-label]").textContent = soundIsOn() ? "Sound is on" : "Sound is off";
}

if (button) {
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    localStorage.setItem(SOUND, soundIsOn() ? "off" : "on");
    label();
    if (soundIsOn()) chime();
  });
  // Browsers let a page make sounds only after it was touched; the first touch wakes what was allowed before.
  addEventListener("pointerdown", () => { if (soundIsOn()) audio ??= new AudioContext(); }, { once: true });
}
