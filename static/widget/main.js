// Mounts one chat per token. A second mount adds its options to the first, so a page may use the script tag and still
// register callbacks.
import { BatonChat } from './element.js';

const mounted = new Map();

export function mount(options) {
  if (!options.token) throw new Error("token is missing. Call initBaton({ token: '…' }) or set data-token.");
  const existing = mounted.get(options.token);
  if (existing) {
    existing.configure(options);
    return existing.controller;
  }
  const chat = document.createElement('baton-chat');
  chat.controller = controllerOf(chat, options.token);
  mounted.set(options.token, chat);
  place(chat, options.target);
  chat.start(options).catch((error) => console.error('Baton could not start:', error));
  return chat.controller;
}

function place(chat, target) {
  const host = typeof target === 'string' ? document.querySelector(target) : target;
  if (target && !host) throw new Error(`target ${target} is not on this page. Call initBaton after it exists.`);
  if (host) chat.setAttribute('inline', '');
  (host ?? document.body).append(chat);
}

function controllerOf(chat, token) {
  return {
    open: () => chat.open(),
    close: () => chat.close(),
    toggle: () => chat.toggle(),
    newChat: () => chat.newChat(),
    destroy: () => {
      mounted.delete(token);
      chat.remove();
    },
  };
}

if (!customElements.get('baton-chat')) customElements.define('baton-chat', BatonChat);
