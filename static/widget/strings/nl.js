// What the chat says by itself, in Dutch. Every language has the same keys.
export default {
  launch: 'Chat met ons', close: 'Chat sluiten', unread: 'Nieuwe berichten: {n}', latest: 'Nieuwste berichten', log: 'Berichten',
  ai: 'AI-assistent', greeting: 'Hallo. Waarmee kunnen we helpen?', write: 'Schrijf een bericht', send: 'Versturen', attach: 'Bestand toevoegen',
  drop: 'Laat bestanden hier los', person: 'Met een mens praten', waiting: 'Wachten op een medewerker', talking: 'Je praat met {name}',
  someone: 'ons team', typing: '{name} is aan het typen', source: 'Bron', sending: 'Wordt verstuurd', sent: 'Verstuurd', failed: 'Niet verstuurd', again: 'Opnieuw proberen',
  helpful: 'Nuttig', unhelpful: 'Niet nuttig', offline: 'Je bent offline. Je berichten worden verstuurd zodra je terug bent.',
  closed: 'Dit gesprek is gesloten', fresh: 'Nieuw gesprek beginnen', previous: 'Vorig gesprek',
  rate: 'Hoe was dit gesprek?', r1: 'Heel slecht', r2: 'Slecht', r3: 'Gaat wel', r4: 'Goed', r5: 'Heel goed',
  comment: 'Wil je iets toevoegen? (optioneel)', submit: 'Beoordeling versturen', thanks: 'Bedankt voor je beoordeling',
  large: '{name} is groter dan {size}', kind: 'Dit soort bestand kan niet worden verstuurd: {name}', broken: '{name} kon niet worden geüpload',
  cut: 'Niet afgemaakt', remove: '{name} verwijderen', wrong: 'Dat is niet gelukt. Probeer het opnieuw.',
  details: 'Uw gegevens',
};
