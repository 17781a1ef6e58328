// What two libraries that know nothing of Baton believe to be Meta's is believed, in both spellings of a body; nothing else is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from '../e2e/baton.mjs';
import { Desk } from './desk.mjs';
import { node, python } from './library.mjs';

const SECRET = 'sandbox-app-secret';

let demo, libraries;

before(async () => {
  demo = await startDemo();
  libraries = [python(), node()];
});

after(async () => {
  libraries?.forEach((library) => library.stop());
  await demo?.stop();
});

const post = (body, header) => fetch(`${demo.origin}/hooks/demo-whatsapp`, {
  method: 'POST', headers: { 'content-type': 'application/json', ...(header && { 'x-hub-signature-256': header }) }, body,
});

let sent = 0;
function webhook(text) {
  sent += 1;
  const metadata = { display_phone_number: '15550100901', phone_number_id: demo.phoneNumberId };
  const contacts = [{ wa_id: '15550142555', profile: { name: 'Zoë' } }];
  const messages = [{ id: `wamid.peer${sent}`, from: '15550142555', timestamp: `${Math.floor(Date.now() / 1000)}`, type: 'text', text: { body: text } }];
  const value = { messaging_product: 'whatsapp', metadata, contacts, messages };
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] });
}

test('signed as each library wants it: believed, stored, and refused when a byte is another', { timeout: 60_000 }, async () => {
  const desk = await Desk.enter(demo);
  demo.phoneNumberId = await phoneNumberId(desk);
  for (const library of libraries) {
    for (const text of ['Hello from a peer', `Grüße von ${library.name} 👍 – “schön”`]) {
      const { header, body } = await library.signWhatsApp(SECRET, webhook(text));
      assert.equal((await post(body, header)).status, 200, `${library.name}: ${text}`);
      const tampered = body.replace('15550142555', '15550142556');
      assert.equal(await library.believesWhatsApp(SECRET, tampered, header), false, 'the library refuses it');
      assert.equal((await post(tampered, header)).status, 403, 'and so does Baton');
      assert.equal((await post(body)).status, 403, 'no signature');
      assert.equal((await post(body, (await library.signWhatsApp('another app', body)).header)).status, 403, 'another app');
      const found = await desk.get(`/inbox/search?${new URLSearchParams({ q: text.split(' ').slice(0, 3).join(' ') })}`);
      assert.ok(found.includes('Zoë'), `it is in the inbox: ${text}`);
    }
  }
});

test('the escaped form is believed as Meta sends it', async () => {
  const [, library] = libraries;
  const { header, body } = await library.signWhatsApp(SECRET, webhook('Ça va 👍?'));
  const escaped = body.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  assert.equal((await post(escaped, header)).status, 200);
});

async function phoneNumberId(desk) {
  const list = await desk.get('/settings/channels');
  for (const [, path] of list.matchAll(/href="(\/settings\/channels\/[0-9a-f-]{36})"/g)) {
    const html = await desk.get(path);
    const field = html.match(/<input[^>]*name="phone_number_id"[^>]*>/)?.[0];
    if (field) return field.match(/value="([^"]*)"/)[1];
  }
  throw new Error('the demo has no number for WhatsApp');
}
