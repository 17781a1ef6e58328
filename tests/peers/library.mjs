// The providers' own libraries, in Python and in Node, behind the same questions.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import twilio from 'twilio';
import { WhatsAppAPI } from 'whatsapp-api-js';

const PYTHON = process.env.BATON_TEST_PYTHON ?? 'python3';

/** The Python libraries, in a process that is asked line by line. */
export function python() {
  const child = spawn(PYTHON, [fileURLToPath(new URL('library.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  let ended = false;
  child.on('close', () => {
    ended = true;
    waiting.forEach(({ reject }) => reject(new Error('the Python libraries ended')));
  });
  const ask = (question) => new Promise((resolve, reject) => {
    if (ended) reject(new Error('the Python libraries have ended'));
    waiting.push({ resolve, reject });
    child.stdin.write(`${JSON.stringify(question)}\n`);
  });
  return {
    name: 'Python',
    sign: (secret, url, fields) => ask({ what: 'twilio-sign', secret, url, fields }),
    silence: () => ask({ what: 'twilio-silence' }),
    callSlack: (url, token, method, args) => ask({ what: 'slack-call', url, token, method, arguments: args }),
    signWhatsApp: async (secret, body) => ({ header: await ask({ what: 'whatsapp-sign', secret, body }), body }),
    believesWhatsApp: (secret, body, header) => ask({ what: 'whatsapp-believes', secret, body, header }),
    stop: () => child.stdin.end(),
  };
}

/** The Node libraries. WhatsApp's believes the escaped form of a body, whatever form it came in. */
export function node() {
  const believes = (secret, body, header) =>
    new WhatsAppAPI({ token: 'unused', appSecret: secret, v: 'v23.0' }).verifyRequestSignature(body, header);
  return {
    name: 'Node',
    sign: async (secret, url, fields) => twilio.getExpectedTwilioSignature(secret, url, fields),
    silence: async () => new twilio.twiml.MessagingResponse().toString(),
    signWhatsApp: async (secret, body) => {
      const header = `sha256=${createHmac('sha256', secret).update(escaped(body)).digest('hex')}`;
      if (!(await believes(secret, body, header))) throw new Error('whatsapp-api-js does not believe it');
      return { header, body };
    },
    believesWhatsApp: believes,
    stop: () => {},
  };
}

function escaped(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
