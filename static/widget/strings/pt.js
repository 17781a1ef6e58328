// What the chat says by itself, in Portuguese. Every language has the same keys.
export default {
  launch: 'Fale conosco', close: 'Fechar o chat', unread: 'Novas mensagens: {n}', latest: 'Últimas mensagens', log: 'Mensagens',
  ai: 'Assistente de IA', greeting: 'Olá. Como podemos ajudar?', write: 'Escreva uma mensagem', send: 'Enviar', attach: 'Anexar um arquivo',
  drop: 'Solte os arquivos aqui', person: 'Falar com uma pessoa', waiting: 'Aguardando uma pessoa', talking: 'Você está falando com {name}',
  someone: 'nossa equipe', typing: '{name} está digitando', source: 'Fonte', sending: 'Enviando', sent: 'Enviada', failed: 'Não enviada', again: 'Tentar de novo',
  helpful: 'Útil', unhelpful: 'Não foi útil', offline: 'Você está offline. Suas mensagens serão enviadas quando voltar.',
  closed: 'Esta conversa foi encerrada', fresh: 'Iniciar uma nova conversa', previous: 'Conversa anterior',
  rate: 'Como foi esta conversa?', r1: 'Muito ruim', r2: 'Ruim', r3: 'Regular', r4: 'Boa', r5: 'Muito boa',
  comment: 'Algo a acrescentar? (opcional)', submit: 'Enviar avaliação', thanks: 'Obrigado pela avaliação',
  large: '{name} é maior que {size}', kind: 'Este tipo de arquivo não pode ser enviado: {name}', broken: 'Não foi possível enviar {name}',
  cut: 'Não terminado', remove: 'Remover {name}', wrong: 'Não deu certo. Tente novamente.',
  details: 'Os seus dados',
};
