// What the chat says by itself, in German. Every language has the same keys.
export default {
  launch: 'Chatten Sie mit uns', close: 'Chat schließen', unread: 'Neue Nachrichten: {n}', latest: 'Neueste Nachrichten', log: 'Nachrichten',
  ai: 'KI-Assistent', greeting: 'Guten Tag. Wie können wir helfen?', write: 'Nachricht schreiben', send: 'Senden', attach: 'Datei anhängen',
  drop: 'Dateien hier ablegen', person: 'Mit einem Menschen sprechen', waiting: 'Gleich ist jemand für Sie da', talking: 'Sie sprechen mit {name}',
  someone: 'unserem Team', typing: '{name} schreibt', source: 'Quelle', sending: 'Wird gesendet', sent: 'Gesendet', failed: 'Nicht gesendet', again: 'Erneut versuchen',
  helpful: 'Hilfreich', unhelpful: 'Nicht hilfreich', offline: 'Sie sind offline. Ihre Nachrichten gehen hinaus, sobald Sie wieder online sind.',
  closed: 'Diese Unterhaltung ist beendet', fresh: 'Neue Unterhaltung beginnen', previous: 'Vorherige Unterhaltung',
  rate: 'Wie war diese Unterhaltung?', r1: 'Sehr schlecht', r2: 'Schlecht', r3: 'In Ordnung', r4: 'Gut', r5: 'Sehr gut',
  comment: 'Möchten Sie etwas ergänzen? (freiwillig)', submit: 'Bewertung senden', thanks: 'Danke für Ihre Bewertung',
  large: '{name} ist größer als {size}', kind: 'Diese Art von Datei kann nicht gesendet werden: {name}', broken: '{name} konnte nicht hochgeladen werden',
  cut: 'Nicht beendet', remove: '{name} entfernen', wrong: 'Das hat nicht geklappt. Bitte versuchen Sie es erneut.',
  details: 'Ihre Angaben',
};
