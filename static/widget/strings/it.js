// What the chat says by itself, in Italian. Every language has the same keys.
export default {
  launch: 'Chatta con noi', close: 'Chiudi la chat', unread: 'Nuovi messaggi: {n}', latest: 'Ultimi messaggi', log: 'Messaggi',
  ai: 'Assistente IA', greeting: 'Ciao. Come possiamo aiutarti?', write: 'Scrivi un messaggio', send: 'Invia', attach: 'Allega un file',
  drop: 'Rilascia qui i file', person: 'Parla con una persona', waiting: 'In attesa di una persona', talking: 'Stai parlando con {name}',
  someone: 'il nostro team', typing: '{name} sta scrivendo', source: 'Fonte', sending: 'Invio in corso', sent: 'Inviato', failed: 'Non inviato', again: 'Riprova',
  helpful: 'Utile', unhelpful: 'Non utile', offline: 'Sei offline. I tuoi messaggi partiranno quando tornerai online.',
  closed: 'Questa conversazione è chiusa', fresh: 'Inizia una nuova conversazione', previous: 'Conversazione precedente',
  rate: 'Com’è andata questa conversazione?', r1: 'Molto male', r2: 'Male', r3: 'Così così', r4: 'Bene', r5: 'Molto bene',
  comment: 'Vuoi aggiungere qualcosa? (facoltativo)', submit: 'Invia il parere', thanks: 'Grazie per il tuo parere',
  large: '{name} supera {size}', kind: 'Questo tipo di file non si può inviare: {name}', broken: 'Impossibile caricare {name}',
  cut: 'Non terminato', remove: 'Rimuovi {name}', wrong: 'Qualcosa non ha funzionato. Riprova.',
  details: 'I suoi dati',
};
