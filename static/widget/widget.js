// The loader. Works as a classic script and as a module; the chat itself is fetched on the first initBaton call.
// It may not touch the page beyond defining window.initBaton. Calls made before the chat has loaded keep their order.
(() => {
  'use strict';
  if (window.initBaton) return;

  const script = document.currentScript
    ?? document.querySelector('script[src*="widget.js"][data-token]')
    ?? document.querySelector('script[src*="widget.js"]');
  const home = new URL('./', script?.src || location.href);
  let loading = null;

  window.initBaton = (options = {}) => {
    loading ??= import(new URL('widget/main.js', home).href);
    const mounted = loading.then(({ mount }) => mount({ apiUrl: home.href, ...options }));
    mounted.catch((error) => console.error('Baton could not start:', error));
    const later = (verb) => (...given) => { mounted.then((controller) => controller[verb](...given), () => {}); };
    return {
      open: later('open'), close: later('close'), toggle: later('toggle'),
      destroy: later('destroy'), newChat: later('newChat'),
    };
  };

  if (script?.dataset.token) {
    const { token, language, theme, open } = script.dataset;
    window.initBaton({ token, language, theme, open: open === undefined ? undefined : open !== 'false' });
  }
})();
