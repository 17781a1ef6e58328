// What Slack's own SDK signs is believed; stale, early, tampered and foreign requests are not. The SDK's client, which asks in
// JSON and in forms, finds in the stand-in what it expects of Slack.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from '../e2e/baton.mjs';
import { Desk } from './desk.mjs';
import { python } from './library.mjs';

const SECRET = 'stand-in-slack-signing-secret';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let demo, library;

before(async () => {
  demo = await startDemo();
  library = python();
});

after(async () => {
  library?.stop();
  await demo?.stop();
});

const now = () => Math.floor(Date.now() / 1000);

async function post(body, timestamp, signature, type = JSON_TYPE) {
  const headers = { 'content-type': type, 'x-slack-request-timestamp': `${timestamp}`, ...(signature && { 'x-slack-signature': signature }) };
  const answer = await fetch(`${demo.origin}/hooks/demo-slack`, { method: 'POST', headers, body });
  return { status: answer.status, said: await answer.text() };
}

let sent = 0;
function event(text) {
  sent += 1;
  const ts = `${now()}.${String(sent).padStart(6, '0')}`;
  const told = { type: 'message', channel: 'D0NOOR', user: 'U0NOOR', text, ts, event_ts: ts, team: 'T0DEMO', channel_type: 'im' };
  return JSON.stringify({
    token: 'unused', team_id: 'T0DEMO', api_app_id: 'A0BATON', type: 'event_callback', event_id: `EvPeer${sent}`, event_time: now(),
    authorizations: [{ team_id: 'T0DEMO', user_id: 'U0BATON', is_bot: true }], event: told,
  });
}

const BODIES = {
  'a question whether the address is ours': [JSON.stringify({ type: 'url_verification', challenge: 'a word – ü' }), JSON_TYPE],
  'an event': [event('Where is my parcel?'), JSON_TYPE],
  'an event beyond ASCII': [event('Grüße 👍 – “schön”'), JSON_TYPE],
  'a button, as a form': [new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions', team: { id: 'T0DEMO' }, user: { id: 'U0INES' }, actions: [] }) }).toString(), FORM_TYPE],
  'an empty body': ['', FORM_TYPE],
};

for (const [what, [body, type]] of Object.entries(BODIES)) {
  test(`signed by the SDK: ${what}`, async () => {
    const at = now();
    const signature = await library.signSlack(SECRET, at, body);
    const believed = await post(body, at, signature, type);
    assert.equal(believed.status, 200);
    if (body.includes('url_verification')) assert.match(believed.said, /a word – ü/);

    assert.equal((await post(`${body} `, at, signature, type)).status, 403, 'a byte more');
    assert.equal((await post(body, at + 1, signature, type)).status, 403, 'another time');
    assert.equal((await post(body, at, undefined, type)).status, 403, 'no signature');
    assert.equal((await post(body, at, await library.signSlack('another app', at, body), type)).status, 403, 'another app');
    for (const wrong of [at - 400, at + 400]) {
      assert.equal((await post(body, wrong, await library.signSlack(SECRET, wrong, body), type)).status, 403, 'not of now');
    }
  });
}

test('what the SDK signed is in the inbox, once', async () => {
  const [at, body] = [now(), event('A zebra-striped lampshade, please')];
  const signature = await library.signSlack(SECRET, at, body);
  for (const turn of [1, 2]) assert.equal((await post(body, at, signature)).status, 200, `time ${turn}`);
  const desk = await Desk.enter(demo);
  const found = await desk.get(`/inbox/search?${new URLSearchParams({ q: 'zebra-striped lampshade' })}`);
  assert.equal(found.match(/<mark>/g)?.length > 0, true, 'it is found');
});

test("the SDK's client is answered by the stand-in as by Slack, in JSON and in a form", async () => {
  const desk = await Desk.enter(demo);
  const url = `${await desk.setting('api_url', 'demo-slack')}/`;
  const call = (method, args) => library.callSlack(url, 'xoxb-stand-in', method, args);
  const who = await call('auth.test', {});
  assert.equal(who.team_id, 'T0DEMO');
  const posted = await call('chat.postMessage', { json: { channel: 'C0SUPPORT', text: 'From a peer, in JSON' } });
  assert.ok(posted.ok && posted.ts && posted.channel === 'C0SUPPORT');
  const formed = await call('chat.postMessage', { params: { channel: 'C0SUPPORT', text: 'From a peer, in a form', thread_ts: posted.ts } });
  const thread = await call('conversations.replies', { params: { channel: 'C0SUPPORT', ts: posted.ts } });
  assert.deepEqual(thread.messages.map(({ ts }) => ts), [posted.ts, formed.ts]);
});
