// What a shop's own page adds to the chat: it listens for handoffs. window.batonDemo.handoffs keeps what it heard.
const TOAST_MS = 8000;
const toast = document.querySelector('#toast');
let fading;

window.batonDemo = { handoffs: [], chat: null };

function handedOff(payload) {
  window.batonDemo.handoffs.push(payload);
  toast.textContent = `Handed to a person: ${payload.summary}`;
  toast.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
}

// The same token as on the script tag: the options join the chat that tag has started.
function listen() {
  const chat = window.initBaton({ token: 'demo', onHandoff: handedOff });
  window.batonDemo.chat = chat;
  document.querySelector('#ask').addEventListener('click', () => chat.open());
}

if (window.initBaton) listen();
else document.querySelector('script[src="/widget.js"]').addEventListener('load', listen);
