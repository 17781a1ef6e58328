// What the chat says by itself, in Polish. Every language has the same keys.
export default {
  launch: 'Porozmawiaj z nami', close: 'Zamknij czat', unread: 'Nowe wiadomości: {n}', latest: 'Najnowsze wiadomości', log: 'Wiadomości',
  ai: 'Asystent AI', greeting: 'Dzień dobry. W czym możemy pomóc?', write: 'Napisz wiadomość', send: 'Wyślij', attach: 'Dołącz plik',
  drop: 'Upuść pliki tutaj', person: 'Porozmawiaj z człowiekiem', waiting: 'Oczekiwanie na konsultanta', talking: 'Rozmowę prowadzi {name}',
  someone: 'nasz zespół', typing: '{name} pisze', source: 'Źródło', sending: 'Wysyłanie', sent: 'Wysłano', failed: 'Nie wysłano', again: 'Spróbuj ponownie',
  helpful: 'Pomocne', unhelpful: 'Niepomocne', offline: 'Brak połączenia. Wiadomości zostaną wysłane po jego przywróceniu.',
  closed: 'Ta rozmowa jest zakończona', fresh: 'Rozpocznij nową rozmowę', previous: 'Poprzednia rozmowa',
  rate: 'Jak oceniasz tę rozmowę?', r1: 'Bardzo źle', r2: 'Źle', r3: 'Średnio', r4: 'Dobrze', r5: 'Bardzo dobrze',
  comment: 'Chcesz coś dodać? (opcjonalnie)', submit: 'Wyślij opinię', thanks: 'Dziękujemy za opinię',
  large: 'Plik {name} przekracza {size}', kind: 'Nie można wysłać pliku tego rodzaju: {name}', broken: 'Nie udało się przesłać pliku {name}',
  cut: 'Niedokończone', remove: 'Usuń {name}', wrong: 'Coś się nie udało. Spróbuj ponownie.',
  details: 'Twoje dane',
};
