// What the chat says by itself, in English. Every language has the same keys.
export default {
  launch: 'Chat with us', close: 'Close chat', unread: 'New messages: {n}', latest: 'Latest messages', log: 'Messages',
  ai: 'AI assistant', greeting: 'Hello. How can we help?', write: 'Write a message', send: 'Send', attach: 'Attach a file',
  drop: 'Drop files here', person: 'Talk to a person', waiting: 'Waiting for a person', talking: 'You are talking with {name}',
  someone: 'our team', typing: '{name} is typing', source: 'Source', sending: 'Sending', sent: 'Sent', failed: 'Not sent', again: 'Try again',
  helpful: 'Helpful', unhelpful: 'Not helpful', offline: 'You are offline. Your messages go out when you are back.',
  closed: 'This conversation is closed', fresh: 'Start a new conversation', previous: 'Previous conversation',
  rate: 'How was this conversation?', r1: 'Very bad', r2: 'Bad', r3: 'Okay', r4: 'Good', r5: 'Very good',
  comment: 'Anything to add? (optional)', submit: 'Send feedback', thanks: 'Thank you for your feedback',
  large: '{name} is larger than {size}', kind: 'This kind of file cannot be sent: {name}', broken: '{name} could not be uploaded',
  cut: 'Not finished', remove: 'Remove {name}', wrong: 'That did not work. Please try again.',
  details: 'Your details',
};
