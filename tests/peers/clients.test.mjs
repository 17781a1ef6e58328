// What Twilio's own libraries sign of a call is believed by the running program, with and without a port, and so is a socket's
// handshake. The clients of Twilio's and Slack's own libraries find in the stand-ins what they expect of the real ones.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import twilio from 'twilio';
import { startDemo } from '../e2e/baton.mjs';
import { Desk } from './desk.mjs';
import { node, python } from './library.mjs';

const TOKEN = 'sandbox-auth-token';
const ACCOUNT = 'AC5a4d0b0c0e0f00000000000000000001';
const PATH = '/voice/demo-phone';

let demo, libraries;

before(async () => {
  demo = await startDemo();
  libraries = [python(), node()];
});

after(async () => {
  libraries?.forEach((library) => library.stop());
  await demo?.stop();
});

let called = 0;
function call(more) {
  called += 1;
  return { CallSid: `CA${called.toString(16).padStart(32, '0')}`, AccountSid: ACCOUNT, CallStatus: 'ringing', From: '+15550142001', To: '+15550100900', Direction: 'inbound', ...more };
}

async function ask(path, fields, signature) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(signature && { 'x-twilio-signature': signature }) };
  const answer = await fetch(`${demo.origin}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { status: answer.status, said: await answer.text() };
}

/** Asks as Twilio does: signed by each library in turn. */
let turn = 0;
async function signed(path, fields) {
  const library = libraries[(turn += 1) % libraries.length];
  const answer = await ask(path, fields, await library.sign(TOKEN, `${demo.origin}${path}`, fields));
  assert.equal(answer.status, 200, `${library.name}: ${path}`);
  return answer.said;
}

test('a call is believed by either signature, with or without the port, and nothing else is', async () => {
  const fields = call({ CallerName: 'Zoë Öst' });
  for (const library of libraries) {
    const signature = await library.sign(TOKEN, `${demo.origin}${PATH}`, fields);
    assert.equal((await ask(PATH, fields, signature)).status, 200, library.name);
    const { protocol, hostname } = new URL(demo.origin);
    const bare = await library.sign(TOKEN, `${protocol}//${hostname}${PATH}`, fields);
    assert.equal((await ask(PATH, fields, bare)).status, 200, `${library.name}, signed without the port`);
    assert.equal((await ask(PATH, { ...fields, From: '+15550142009' }, signature)).status, 403, 'another caller');
    assert.equal((await ask(`${PATH}?step=2`, fields, signature)).status, 403, 'another address');
    assert.equal((await ask(PATH, fields)).status, 403, 'no signature');
    assert.equal((await ask(PATH, fields, await library.sign('another token', `${demo.origin}${PATH}`, fields))).status, 403, 'another account');
  }
});

/** The status of a socket's handshake. */
const handshake = (path, signature) => new Promise((resolve, reject) => {
  const { hostname, port } = new URL(demo.origin);
  const headers = {
    connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...(signature && { 'x-twilio-signature': signature }),
  };
  const sending = request({ hostname, port, path, headers }, (answer) => { answer.resume(); resolve(answer.statusCode); });
  sending.on('upgrade', (answer, socket) => { socket.destroy(); resolve(answer.statusCode); });
  sending.on('error', reject).end();
});

test("a socket's handshake is believed by the library's signature over its ws address", async () => {
  const document = await signed(PATH, call({}));
  const [, id] = document.match(/\/voice\/demo-phone\/([0-9a-f-]{36})\//);
  const path = `${PATH}/${id}/socket`;
  const address = `${demo.origin.replace('http', 'ws')}${path}`;
  for (const library of libraries) {
    assert.equal(await handshake(path, await library.sign(TOKEN, address, {})), 101, library.name);
    assert.equal(await handshake(path, await library.sign(TOKEN, `${address}/`, {})), 101, `${library.name}, with a slash at the end`);
    assert.equal(await handshake(path, await library.sign(TOKEN, `${demo.origin}${path}`, {})), 403, 'signed as a page');
    assert.equal(await handshake(path, await library.sign('another token', address, {})), 403, 'another account');
  }
  assert.equal(await handshake(path), 403, 'no signature');
});

test("the library's client talks to the stand-in as to Twilio", async () => {
  const desk = await Desk.enter(demo);
  const client = twilio(ACCOUNT, TOKEN);
  client.api.baseUrl = await desk.setting('api_base_url', 'demo-sms');
  const account = await client.api.v2010.accounts(ACCOUNT).fetch();
  assert.equal(account.status, 'active');
  const sent = await client.messages.create({ from: '+15550100900', to: '+15550142002', body: 'Grüße from a peer' });
  assert.match(sent.sid, /^SM[0-9a-f]{32}$/);
  assert.deepEqual([sent.status, sent.to, sent.from, sent.body], ['queued', '+15550142002', '+15550100900', 'Grüße from a peer']);
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: '+15550100900' });
  assert.equal(number.smsUrl, `${demo.origin}/hooks/demo-sms`);
  await assert.rejects(client.messages.create({ from: '+15550100900', to: 'nobody', body: 'x' }), ({ code, status }) => code === 21211 && status === 400);
  const stranger = twilio(ACCOUNT, 'another token');
  stranger.api.baseUrl = client.api.baseUrl;
  await assert.rejects(stranger.messages.create({ from: '+15550100900', to: '+15550142002', body: 'x' }), ({ status }) => status === 401);
});

test("Slack's own client is answered by the stand-in as by Slack, in JSON and in a form", async () => {
  const desk = await Desk.enter(demo);
  const url = `${await desk.setting('api_url', 'demo-slack')}/`;
  const call = (method, args) => libraries[0].callSlack(url, 'xoxb-stand-in', method, args);
  const who = await call('auth.test', {});
  assert.equal(who.team_id, 'T0DEMO');
  const posted = await call('chat.postMessage', { json: { channel: 'C0SUPPORT', text: 'From a peer, in JSON' } });
  assert.ok(posted.ok && posted.ts && posted.channel === 'C0SUPPORT');
  const formed = await call('chat.postMessage', { params: { channel: 'C0SUPPORT', text: 'From a peer, in a form', thread_ts: posted.ts } });
  const thread = await call('conversations.replies', { params: { channel: 'C0SUPPORT', ts: posted.ts } });
  assert.deepEqual(thread.messages.map(({ ts }) => ts), [posted.ts, formed.ts]);
});
