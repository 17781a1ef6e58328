// What the chat says by itself, in French. Every language has the same keys.
export default {
  launch: 'Discuter avec nous', close: 'Fermer le chat', unread: 'Nouveaux messages : {n}', latest: 'Derniers messages', log: 'Messages',
  ai: 'Assistant IA', greeting: 'Bonjour. Comment pouvons-nous vous aider ?', write: 'Écrivez un message', send: 'Envoyer', attach: 'Joindre un fichier',
  drop: 'Déposez les fichiers ici', person: 'Parler à une personne', waiting: 'En attente d’une personne', talking: 'Vous parlez avec {name}',
  someone: 'notre équipe', typing: '{name} écrit', source: 'Source', sending: 'Envoi', sent: 'Envoyé', failed: 'Non envoyé', again: 'Réessayer',
  helpful: 'Utile', unhelpful: 'Pas utile', offline: 'Vous êtes hors ligne. Vos messages partiront à votre retour.',
  closed: 'Cette conversation est close', fresh: 'Démarrer une nouvelle conversation', previous: 'Conversation précédente',
  rate: 'Comment s’est passée cette conversation ?', r1: 'Très mal', r2: 'Mal', r3: 'Moyen', r4: 'Bien', r5: 'Très bien',
  comment: 'Quelque chose à ajouter ? (facultatif)', submit: 'Envoyer mon avis', thanks: 'Merci pour votre avis',
  large: '{name} dépasse {size}', kind: 'Ce type de fichier ne peut pas être envoyé : {name}', broken: '{name} n’a pas pu être envoyé',
  cut: 'Inachevé', remove: 'Retirer {name}', wrong: 'Cela n’a pas fonctionné. Veuillez réessayer.',
  details: 'Vos coordonnées',
};
