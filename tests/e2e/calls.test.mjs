// The newcomer calls from the sandbox's phone, asks for a person, and is put through to the company's second phone; the inbox shows
// the call while it goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, person, shot, steps, submit } from './browser.mjs';

let browser, demo, robin, ines;
before(async () => {
  browser = await launch();
  demo = await startDemo();
  ines = await Agent.arrive(browser, demo.origin);
  await ines.signIn(demo);
  robin = await person(browser);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();
const heard = (page) => page.getByRole('log', { name: 'The call' }).locator('.sms--theirs');
const whispered = (page) => page.getByRole('log', { name: 'What is whispered' });

async function say(page, words) {
  await page.getByLabel('What you say on the phone').fill(words);
  await press(page, 'Say it');
}

describe('a call', { timeout: 120_000 }, () => {
  const step = steps(test);
  const strip = () => ines.page.locator('.call--live');

  step('the company answers, and the inbox has the call at once', async () => {
    await ines.go('/inbox/all');
    const before = await ines.rowIds();
    await robin.goto(`${demo.origin}/sandbox/call`);
    await press(robin, 'Call the company');
    await heard(robin).first().waitFor();
    await ines.page.waitForFunction((known) => [...document.querySelectorAll('#rows > li')].some(({ id }) => !known.includes(id)), [...before]);
    await ines.rows.first().locator('a').first().click();
    await strip().getByText('On the phone with the AI').waitFor();
  });

  step('what is said stands in the inbox while it is said', async () => {
    await say(robin, 'How long does delivery take?');
    await heard(robin).filter({ hasText: /working day/ }).waitFor();
    await ines.item('How long does delivery take?').waitFor();
    await ines.item('working day').waitFor();
    await shot(ines.page, 'call-1-talking-agent');
    await shot(robin, 'call-1-talking-caller');
  });

  step('who asks for a person hears so, and the second phone rings and whispers why', async () => {
    await say(robin, 'I want to talk to a human, please.');
    await robin.getByRole('button', { name: 'Pick up', exact: true }).waitFor();
    await strip().getByText(/^Calling/).waitFor();
    await ines.owner.filter({ hasText: 'Waiting' }).waitFor();
    await shot(robin, 'call-2-ringing-caller');
    await shot(ines.page, 'call-2-ringing-agent');
    await press(robin, 'Pick up');
    await whispered(robin).getByText(/delivery/i).waitFor();
    await assertAccessible(robin, 'two phones');
    for (const [device, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
      await robin.setViewportSize(viewport);
      await assertFits(robin, `two phones on a ${device}`);
      await shot(robin, `call-3-whisper-${device}`);
    }
  });

  step('a key press puts the caller through, and the inbox says with whom', async () => {
    await press(robin, 'Press 1: take the call');
    await robin.getByText(/^Through to/).waitFor();
    await strip().getByText(/^Talking with/).waitFor();
    const spoken = await heard(robin).count();
    await shot(ines.page, 'call-4-talking-agent');
    await press(robin, 'Hang up');
    await ines.page.locator('.call').getByText('Call ended after speaking with a person').waitFor();
    assert.equal(await heard(robin).count(), spoken, 'the AI says nothing to a caller whom a person has');
    await assertAccessible(ines.page, 'a call in the inbox');
    await shot(ines.page, 'call-5-ended-agent');
    assertQuiet(robin);
    assertQuiet(ines.page);
  });

  step('without scripts too; where nobody takes the call, the caller is not left in silence', async () => {
    const plain = await person(browser, { javaScriptEnabled: false, viewport: PHONE, colorScheme: 'dark' });
    const send = (name) => submit(plain, plain.getByRole('button', { name, exact: true }).first());
    // A caller whose conversation people still have would be put through to them at once, so this is another customer.
    await plain.goto(`${demo.origin}/sandbox`);
    await send('Take another phone');
    await plain.goto(`${demo.origin}/sandbox/call`);
    const settles = async (find) => {
      // Each press answers with the page as it stands; what comes later is seen by looking again.
      for (let look = 0; look < 200 && !(await find().count()); look += 1) await plain.goto(`${demo.origin}/sandbox/call`);
      assert.ok(await find().count(), `${find()} came up`);
    };
    await send('Call the company');
    await settles(() => plain.getByText('It is your turn'));
    await plain.getByLabel('What you say on the phone').fill('I want to talk to a human, please.');
    await send('Say it');
    for (;;) {
      await settles(() => plain.getByRole('button', { name: 'Decline', exact: true }).or(plain.getByText('Recording: leave your message')));
      if (!(await plain.getByRole('button', { name: 'Decline', exact: true }).count())) break;
      await send('Decline');
      await settles(() => plain.getByText(/Quiet|Ringing/));
    }
    await assertFits(plain, 'a call on a phone');
    await shot(plain, 'call-6-declined-phone');
    await send('Hang up');
    await plain.context().close();
  });
});
