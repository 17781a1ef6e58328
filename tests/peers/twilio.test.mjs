// What Twilio's own libraries sign is believed and nothing else is; what Baton asks of Twilio is what Twilio's own
// description of its API allows, and its documented answers are understood.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import Ajv from 'ajv';
import twilio from 'twilio';
import { startDemo } from '../e2e/baton.mjs';
import { Desk } from './desk.mjs';
import { node, python } from './library.mjs';

const TOKEN = 'sandbox-auth-token';
const PATH = '/hooks/demo-sms';
const MESSAGES = '/2010-04-01/Accounts/{AccountSid}/Messages.json';

let demo, libraries, spec;

before(async () => {
  demo = await startDemo();
  libraries = [python(), node()];
  // The description lies beside the package's own entry.
  const entry = createRequire(import.meta.url).resolve('@twilio-alpha/mcp/package.json');
  spec = JSON.parse(await readFile(join(dirname(entry), 'twilio-oai/spec/json/twilio_api_v2010.json'), 'utf8'));
});

after(async () => {
  libraries?.forEach((library) => library.stop());
  await demo?.stop();
});

let sent = 0;
const sid = () => `SM${(sent += 1).toString(16).padStart(32, '0')}`;
const text = (more) => ({ MessageSid: sid(), From: '+15550142777', To: '+15550100900', Body: 'Hello', NumMedia: '0', ...more });

const VARIANTS = {
  'plain': [PATH, text({})],
  'accents, emoji, line breaks': [PATH, text({ Body: 'Grüße 👍\r\nzweite Zeile & mehr = gut + schön' })],
  'empty values': [PATH, text({ FromCity: '', ToZip: '', ToState: '' })],
  'names that begin alike, and cases': [PATH, text({ Reason: 'b', ReasonConferenceEnded: 'a', callSid: '1', CALLSID: '2', CallSid: '3' })],
  'the same name twice': [PATH, text({ MediaTag: ['b', 'a', 'a'] })],
  'a query': [`${PATH}?tenant=lumen%20oak&x=%2B1`, text({})],
  'an apostrophe in the query': [`${PATH}?shop=Ines's`, text({})],
};

// Through node:http, which sends an address as it is written; fetch would write some signs otherwise.
const ask = (path, fields, signature) => new Promise((resolve, reject) => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) [value].flat().forEach((one) => body.append(name, one));
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(signature && { 'x-twilio-signature': signature }) };
  const { hostname, port } = new URL(demo.origin);
  const sending = request({ hostname, port, path, method: 'POST', headers }, (answer) => {
    let said = '';
    answer.setEncoding('utf8').on('data', (chunk) => { said += chunk; });
    answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'], said }));
  });
  sending.on('error', reject).end(body.toString());
});

for (const [what, [path, fields]] of Object.entries(VARIANTS)) {
  test(`signed by both libraries: ${what}`, async () => {
    for (const library of libraries) {
      const signature = await library.sign(TOKEN, `${demo.origin}${path}`, fields);
      const believed = await ask(path, { ...fields }, signature);
      assert.equal(believed.status, 200, library.name);
      assert.match(believed.type, /^text\/xml/);
      // What is answered says as little as the libraries' own empty answer.
      const bare = (xml) => xml.replace(/<\?xml[^>]*\?>/, '').replace(/\s+\/>/, '/>').trim();
      assert.equal(bare(believed.said), bare(await library.silence()), library.name);

      assert.equal((await ask(path, { ...fields, Body: `${fields.Body}!` }, signature)).status, 403, 'another text');
      assert.equal((await ask(path, { ...fields, Extra: '1' }, signature)).status, 403, 'a field more');
      assert.equal((await ask(`${path}${path.includes('?') ? '&' : '?'}a=1`, fields, signature)).status, 403, 'another address');
      assert.equal((await ask(path, fields)).status, 403, 'no signature');
      const foreign = await library.sign('another token', `${demo.origin}${path}`, fields);
      assert.equal((await ask(path, fields, foreign)).status, 403, 'another account');
    }
  });
}

test('a body in JSON is believed by its hash, signed by the library', async () => {
  const body = JSON.stringify({ MessageSid: sid(), text: 'Grüße' });
  const path = `${PATH}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
  const signature = twilio.getExpectedTwilioSignature(TOKEN, `${demo.origin}${path}`, {});
  const post = (content) => fetch(`${demo.origin}${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-twilio-signature': signature }, body: content,
  });
  assert.equal((await post(body)).status, 200);
  assert.equal((await post(body.replace('Grüße', 'Gruß'))).status, 403);
});

/** What is wrong with a value by the description. */
function wrong(schema, value) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'spec', components: spec.components });
  const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"spec#/components')));
  return check(value) ? [] : check.errors.map((error) => `${error.instancePath} ${error.message}`);
}

test('what Baton asks of Twilio is what its description allows, and every documented answer counts as sent', { timeout: 120_000 }, async () => {
  const operation = spec.paths[MESSAGES].post;
  const allowed = operation.requestBody.content['application/x-www-form-urlencoded'].schema;
  const { examples } = operation.responses['201'].content['application/json'];
  const answers = Object.values(examples).map((example) => example.value);
  assert.ok(answers.length >= 5, 'the description has its examples');
  const asked = [];
  const provider = createServer(async (call, response) => {
    let body = '';
    for await (const chunk of call) body += chunk;
    asked.push({ method: call.method, url: call.url, authorization: call.headers.authorization, type: call.headers['content-type'], body });
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answers[(asked.length - 1) % answers.length]));
  });
  await new Promise((resolve) => { provider.listen(0, '127.0.0.1', resolve); });
  try {
    const account = `AC${'a'.repeat(32)}`;
    const desk = await Desk.enter(demo);
    const settings = await desk.post('/settings/channels', {
      csrf: await desk.csrf('/settings/channels/new?kind=sms'), kind: 'sms', name: 'Described', autopilot: 'on', enabled: 'on',
      account_sid: account, auth_token: TOKEN, sender: '+15550100999', api_base_url: `http://127.0.0.1:${provider.address().port}`,
    });
    const [, hook] = (await desk.get(settings)).match(/(\/hooks\/sms_[A-Za-z0-9_-]+)/);
    for (const n of answers.keys()) {
      const fields = text({ From: `+1555014288${n}`, To: '+15550100999', Body: 'How long does delivery take?' });
      const signature = await libraries[n % 2].sign(TOKEN, `${demo.origin}${hook}`, fields);
      assert.equal((await ask(hook, fields, signature)).status, 200);
    }
    while (asked.length < answers.length) await new Promise((resolve) => { setTimeout(resolve, 50); });
    for (const { method, url, authorization, type, body } of asked) {
      assert.deepEqual([method, url, type], ['POST', MESSAGES.replace('{AccountSid}', account), 'application/x-www-form-urlencoded']);
      assert.equal(authorization, `Basic ${Buffer.from(`${account}:${TOKEN}`).toString('base64')}`);
      const form = Object.fromEntries(new URLSearchParams(body));
      const unknown = Object.keys(form).filter((name) => !(name in allowed.properties));
      assert.deepEqual(unknown, [], 'fields the description does not know');
      assert.deepEqual(wrong(allowed, form), []);
      assert.ok(new URL(form.StatusCallback).pathname === hook, form.StatusCallback);
      assert.ok(form.Body && form.From === '+15550100999' && form.To.startsWith('+1555014288'), body);
    }
    assert.equal(asked.length, answers.length, 'an answer as documented is not taken for a failure and sent again');
  } finally {
    provider.close();
  }
});

test("the stand-in's answers are as the description says", async () => {
  const desk = await Desk.enter(demo);
  const list = await desk.get('/settings/channels');
  const pages = [...list.matchAll(/href="(\/settings\/channels\/[0-9a-f-]{36})"/g)].map(([, path]) => path);
  const found = [];
  for (const page of new Set(pages)) {
    const html = await desk.get(page);
    const base = html.match(/name="api_base_url"[^>]*value="(http:\/\/127\.0\.0\.1:\d+)"/)?.[1] ?? html.match(/value="(http:\/\/127\.0\.0\.1:\d+)"[^>]*name="api_base_url"/)?.[1];
    if (base && html.includes('demo-sms')) found.push(base);
  }
  assert.equal(found.length, 1, 'the demo has one number for texts');
  const account = (await desk.get('/settings/channels'), 'AC5a4d0b0c0e0f00000000000000000001');
  const answer = await fetch(`${found[0]}${MESSAGES.replace('{AccountSid}', account)}`, {
    method: 'POST', body: new URLSearchParams({ To: '+15550142779', From: '+15550100900', Body: 'Hi' }),
    headers: { authorization: `Basic ${Buffer.from(`${account}:${TOKEN}`).toString('base64')}` },
  });
  assert.equal(answer.status, 201);
  assert.deepEqual(wrong({ $ref: '#/components/schemas/api.v2010.account.message' }, await answer.json()), []);
});
