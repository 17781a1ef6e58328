// What the chat says by itself, in Spanish. Every language has the same keys.
export default {
  launch: 'Chatea con nosotros', close: 'Cerrar el chat', unread: 'Mensajes nuevos: {n}', latest: 'Últimos mensajes', log: 'Mensajes',
  ai: 'Asistente de IA', greeting: 'Hola. ¿En qué podemos ayudarte?', write: 'Escribe un mensaje', send: 'Enviar', attach: 'Adjuntar un archivo',
  drop: 'Suelta los archivos aquí', person: 'Hablar con una persona', waiting: 'Esperando a una persona', talking: 'Estás hablando con {name}',
  someone: 'nuestro equipo', typing: '{name} está escribiendo', source: 'Fuente', sending: 'Enviando', sent: 'Enviado', failed: 'No enviado', again: 'Reintentar',
  helpful: 'Útil', unhelpful: 'No es útil', offline: 'No tienes conexión. Tus mensajes se enviarán cuando vuelvas.',
  closed: 'Esta conversación está cerrada', fresh: 'Iniciar una nueva conversación', previous: 'Conversación anterior',
  rate: '¿Qué te ha parecido esta conversación?', r1: 'Muy mal', r2: 'Mal', r3: 'Regular', r4: 'Bien', r5: 'Muy bien',
  comment: '¿Algo que añadir? (opcional)', submit: 'Enviar opinión', thanks: 'Gracias por tu opinión',
  large: '{name} supera los {size}', kind: 'No se puede enviar este tipo de archivo: {name}', broken: 'No se pudo subir {name}',
  cut: 'Sin terminar', remove: 'Quitar {name}', wrong: 'No ha funcionado. Inténtalo de nuevo.',
  details: 'Sus datos',
};
