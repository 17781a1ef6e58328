// The look. Raw colours first, then meanings; dark redefines only the raw ones. Logical properties throughout, pixels
// instead of rem because the page around may have resized its root.
export const STYLES = `
:host {
  all: initial; --fill: var(--baton-primary, #1d5b4c); --on-fill: var(--baton-on-primary, #fff);
  --paper: #fff; --ink: #1d1c1a; --soft-ink: #5f5c57; --rule: #e3e0da; --wash: #f4f2ee; --alarm: #b3261e; --shade: 24 22 18;
  --said-by-person: color-mix(in srgb, var(--fill) 11%, var(--paper)); --edge: color-mix(in srgb, var(--fill) 38%, var(--paper));
  --line: color-mix(in srgb, var(--soft-ink) 55%, var(--paper));
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); color-scheme: light;
  position: fixed; inset-block-end: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px; z-index: 2147483000;
}
:host([dark]) {
  --fill: var(--baton-primary, #5cc3a4); --on-fill: var(--baton-on-primary, #0b1f19);
  --paper: #1b1c1d; --ink: #f1efeb; --soft-ink: #aeaba5; --rule: #37393c; --wash: #282a2c; --alarm: #ff9388; --shade: 0 0 0;
  color-scheme: dark;
}
:host([inline]) { position: static; display: block; height: 100%; min-height: 360px; }
* { box-sizing: border-box; margin: 0; padding: 0; }
[hidden] { display: none !important; }
button, textarea, input { font: inherit; color: inherit; background: none; border: 0; }
button { cursor: pointer; }
a { color: inherit; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.icon { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; flex: none; }

.launcher, .face, .quiet, .avatar, .thumb, .jump, .attach, .send, .score b, .chips button, .panel::after { display: grid; place-items: center; flex: none; }
.launcher { position: relative; width: 58px; height: 58px; border-radius: 50%; background: var(--fill); color: var(--on-fill); box-shadow: 0 1px 2px rgb(var(--shade) / .2), 0 8px 24px rgb(var(--shade) / .24); transition: transform .16s ease; }
.launcher:hover { transform: translateY(-2px); }
.launcher .icon { width: 26px; height: 26px; grid-area: 1 / 1; }
.launcher .icon-down, :host([open]) .launcher .icon-chat { visibility: hidden; }
:host([open]) .launcher .icon-down { visibility: visible; }
:host([inline]) .launcher { display: none; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 23px; padding: 0 6px; border: 2px solid var(--paper); border-radius: 12px; background: #b3261e; color: #fff; font-size: 12px; font-weight: 650; line-height: 19px; text-align: center; }

.panel { position: absolute; inset-block-end: 72px; inset-inline-end: 0; width: 392px; height: min(660px, calc(100dvh - 112px)); display: flex; flex-direction: column; overflow: hidden; background: var(--paper); border: 1px solid var(--rule); border-radius: 18px; box-shadow: 0 2px 6px rgb(var(--shade) / .08), 0 18px 56px rgb(var(--shade) / .22); animation: rise .18s ease-out; }
:host([inline]) .panel { position: static; width: 100%; height: 100%; box-shadow: none; animation: none; }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

.header { display: flex; align-items: center; gap: 12px; padding-block: 14px; padding-inline: 18px 12px; border-block-end: 1px solid var(--rule); }
.face { width: 40px; height: 40px; border-radius: 12px; background: var(--fill); color: var(--on-fill); font-size: 14px; font-weight: 650; }
.face[data-owner=person] { border-radius: 50%; background: hsl(var(--hue) 42% 32%); color: #fff; }
.names { flex: 1; min-width: 0; }
.title { font-size: 16px; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
.status { font-size: 13px; line-height: 1.4; color: var(--soft-ink); }
.quiet { width: 40px; height: 40px; border-radius: 10px; color: var(--soft-ink); }
:is(.quiet, .attach, .person, .thumb, .secondary):hover, .score:hover b { background: var(--wash); color: var(--ink); }
:host([inline]) .quiet { display: none; }

.thread { position: relative; flex: 1; min-height: 0; }
.scroller { display: flex; flex-direction: column; height: 100%; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 8px 16px 16px; scrollbar-width: thin; }
.log:focus-visible { outline-offset: -3px; }
.day, .line { margin-block: 18px 14px; font-size: 12.5px; line-height: 1.4; text-align: center; color: var(--soft-ink); }
.day::first-letter { text-transform: uppercase; }
.line { margin-block: 14px; }
.line span { display: inline-block; max-width: 92%; padding: 5px 12px; border: 1px solid var(--rule); border-radius: 14px; }
.row { display: flex; gap: 10px; margin-block-start: 14px; padding-inline-end: 28px; }
.row.follows { margin-block-start: 4px; }
.row.follows .avatar { visibility: hidden; height: 0; }
.row.user { justify-content: flex-end; padding-inline: 56px 0; }
.said { display: flex; flex-direction: column; align-items: flex-start; min-width: 0; max-width: 100%; }
.user .said { align-items: flex-end; }
.avatar { width: 30px; height: 30px; margin-block-start: 2px; border-radius: 50%; font-size: 11.5px; font-weight: 650; background: hsl(var(--hue, 160) 42% 32%); color: #fff; }
.ai .avatar { border-radius: 9px; background: var(--wash); color: var(--soft-ink); border: 1px solid var(--rule); }
.avatar .icon { width: 17px; height: 17px; }
.byline { display: flex; align-items: center; gap: 6px; margin-block-end: 4px; font-size: 13px; font-weight: 600; line-height: 1.4; }
.tag { padding: 0 6px; border: 1px solid var(--rule); border-radius: 6px; font-size: 11.5px; font-weight: 500; color: var(--soft-ink); }
.bubble { max-width: 100%; padding: 9px 14px; border-radius: 16px; border-start-start-radius: 5px; background: var(--wash); overflow-wrap: anywhere; }
.agent .bubble { background: var(--said-by-person); box-shadow: inset 0 0 0 1px var(--edge); }
.user .bubble { border-start-start-radius: 16px; border-end-end-radius: 5px; background: var(--fill); color: var(--on-fill); }
.plain { white-space: pre-wrap; }
.writing::after { content: ""; display: inline-block; width: 7px; height: 14px; margin-inline-start: 3px; vertical-align: -2px; border-radius: 2px; background: var(--soft-ink); animation: blink 1s steps(2) infinite; }
@keyframes blink { to { opacity: 0; } }
.bubble > * + * { margin-block-start: 8px; }
.bubble :is(ul, ol) { padding-inline-start: 20px; }
.bubble :is(h1, h2, h3, h4) { font-size: 15px; font-weight: 650; }
.bubble :is(code, pre) { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
.bubble pre, .bubble table { display: block; overflow-x: auto; }
.bubble pre { padding: 8px 10px; border-radius: 8px; background: var(--paper); }
.bubble :is(td, th) { padding: 4px 10px 4px 0; text-align: start; border-block-end: 1px solid var(--rule); }
.bubble blockquote { padding-inline-start: 10px; border-inline-start: 3px solid var(--rule); }
.file { display: flex; align-items: center; gap: 8px; max-width: 100%; margin-block-start: 4px; padding: 8px 12px; border: 1px solid var(--rule); border-radius: 12px; text-decoration: none; font-size: 13.5px; overflow-wrap: anywhere; }
.file:has(img) { padding: 0; overflow: hidden; }
.file img { display: block; max-width: 100%; max-height: 220px; min-height: 40px; object-fit: cover; }
.file small { color: var(--soft-ink); white-space: nowrap; }
.sources { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 6px; list-style: none; }
.sources :is(a, span) { display: block; padding: 2px 10px; border: 1px solid var(--rule); border-radius: 9px; font-size: 12.5px; color: var(--soft-ink); text-decoration: none; }
.sources a:hover { color: var(--ink); border-color: currentColor; }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; min-height: 24px; margin-block-start: 3px; font-size: 12px; color: var(--soft-ink); }
.failed { color: var(--alarm); }
.failed button { margin-inline-start: 8px; padding: 3px 2px; font-weight: 600; text-decoration: underline; }
.thumbs { display: flex; }
.thumb { width: 26px; height: 26px; border-radius: 7px; }
.thumb .icon { width: 14px; height: 14px; }
.thumb[aria-pressed=true] { color: var(--ink); }
.thumb[aria-pressed=true] .icon { fill: currentColor; fill-opacity: .35; }
.downvote .icon { transform: rotate(180deg); }
.typing { display: flex; align-items: center; gap: 10px; padding-inline: 18px; font-size: 12.5px; color: var(--soft-ink); }
.typing:not(:empty) { padding-block: 2px 8px; }
.dots { display: flex; gap: 4px; padding: 9px 11px; border-radius: 12px; background: var(--wash); }
.dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--soft-ink); animation: breathe 1.2s ease-in-out infinite; }
.dots i:nth-child(2) { animation-delay: .15s; }
.dots i:nth-child(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
.jump { position: absolute; inset-block-end: 10px; inset-inline-start: calc(50% - 18px); width: 36px; height: 36px; border: 1px solid var(--rule); border-radius: 50%; background: var(--paper); box-shadow: 0 3px 12px rgb(var(--shade) / .16); }
.previous { display: block; margin: 12px auto 0; padding: 4px 8px; font-size: 13px; color: var(--soft-ink); text-decoration: underline; }

.composer { position: relative; padding: 10px 12px 12px; padding-block-end: max(12px, env(safe-area-inset-bottom)); }
.panel[data-drop]::after { content: attr(data-drop); position: absolute; inset: 8px; border: 2px dashed var(--fill); border-radius: 12px; background: color-mix(in srgb, var(--paper) 92%, transparent); font-weight: 600; }
.box { border: 1px solid var(--line); border-radius: 14px; background: var(--paper); }
.box:has(.input:focus-visible) { border-color: var(--ink); box-shadow: 0 0 0 3px color-mix(in srgb, var(--fill) 20%, transparent); }
.input { display: block; width: 100%; min-height: 44px; max-height: 148px; padding: 11px 14px 4px; resize: none; outline: 0; font-size: max(15px, 1em); }
.input::placeholder { color: var(--soft-ink); opacity: 1; }
.tools { display: flex; align-items: center; gap: 4px; padding: 2px 6px 6px; }
.attach, .send { width: 36px; height: 36px; border-radius: 10px; color: var(--soft-ink); }
.send { margin-inline-start: auto; background: var(--fill); color: var(--on-fill); }
.send[aria-disabled] { background: var(--wash); color: var(--soft-ink); cursor: default; }
.person { display: flex; align-items: center; gap: 7px; min-height: 36px; padding-block: 4px; padding-inline: 9px 12px; border-radius: 10px; font-size: 13.5px; font-weight: 550; line-height: 1.25; text-align: start; }
.waiting { display: flex; align-items: center; gap: 8px; padding-inline: 8px; font-size: 13px; line-height: 1.3; color: var(--soft-ink); }
.waiting::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--fill); animation: breathe 1.8s ease-in-out infinite; }
.problem:not(:empty) { padding: 0 4px 8px; font-size: 13px; line-height: 1.4; color: var(--alarm); }
.chips { list-style: none; }
.chips:not(:empty) { padding: 8px 8px 0; display: grid; gap: 6px; max-height: 132px; overflow-y: auto; }
.chips li { display: flex; align-items: center; gap: 8px; padding: 4px; padding-inline: 6px 4px; border-radius: 10px; background: var(--wash); font-size: 13px; }
.chips img { width: 30px; height: 30px; border-radius: 6px; object-fit: cover; }
.chips span { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chips button { width: 30px; height: 30px; border-radius: 8px; color: var(--soft-ink); }
progress { width: 64px; accent-color: var(--fill); }

.details { display: grid; gap: 10px; margin: 0 12px; padding: 12px 14px 14px; border: 1px solid var(--line); border-radius: 14px; max-height: 50%; overflow-y: auto; }
.details[hidden] { display: none; }
.fields { display: grid; gap: 10px; }
.details label { display: grid; gap: 4px; font-size: 13px; font-weight: 550; }
.details label:has(:required) > span::after { content: " *"; color: var(--soft-ink); }
.details input { width: 100%; min-width: 0; min-height: 40px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); font-weight: 400; font-size: max(15px, 1em); }
.details input:focus-visible { border-color: var(--ink); outline: 0; box-shadow: 0 0 0 3px color-mix(in srgb, var(--fill) 20%, transparent); }
.details .primary { justify-self: start; }

.closing { display: grid; gap: 12px; padding: 16px 18px 18px; padding-block-end: max(18px, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--rule); max-height: 70%; overflow-y: auto; }
.note { font-size: 13.5px; text-align: center; color: var(--soft-ink); }
.rating { display: grid; gap: 12px; }
.rating fieldset { border: 0; min-width: 0; }
.rating legend { margin-block-end: 10px; font-weight: 600; }
.scores { display: grid; grid-template-columns: repeat(5, 1fr); gap: 6px; }
.score { position: relative; display: grid; justify-items: center; align-content: start; gap: 4px; cursor: pointer; font-size: 12px; line-height: 1.25; text-align: center; color: var(--soft-ink); overflow-wrap: anywhere; }
.score input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
.score b { width: 100%; height: 42px; border: 1px solid var(--line); border-radius: 11px; font-size: 15px; font-weight: 600; color: var(--ink); }
.score input:checked + b { background: var(--fill); border-color: var(--fill); color: var(--on-fill); }
.score input:checked ~ span { color: var(--ink); }
.score input:focus-visible + b { outline: 2px solid var(--ink); outline-offset: 2px; }
.rating textarea { width: 100%; padding: 10px 12px; border: 1px solid var(--line); border-radius: 11px; resize: vertical; }
.rating textarea::placeholder { color: var(--soft-ink); opacity: 1; }
.primary, .secondary { min-height: 42px; padding: 8px 16px; border-radius: 11px; font-weight: 600; }
.primary { background: var(--fill); color: var(--on-fill); }
.secondary { border: 1px solid var(--line); }

@media (max-width: 480px) {
  :host(:not([inline])) .panel { position: fixed; inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; padding-block-start: env(safe-area-inset-top); }
  :host([open]) .launcher { display: none; }
  .input { font-size: 16px; }
}
@media (min-width: 481px) and (max-height: 620px) {
  :host(:not([inline])) .panel { position: fixed; inset-block: 8px; inset-inline-end: 8px; height: auto; }
  :host([open]) .launcher { display: none; }
}
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .bubble, .send, .launcher, .face { border: 1px solid; } }
`;
