// Two people at one desk, and a customer who does not wait: nobody talks past anybody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertQuiet, launch, until } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const REFUSED = /status of 4\d\d/;

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function colleague(email, options) {
  const agent = await Agent.arrive(browser, demo.origin, options);
  await agent.signIn({ email, password: demo.password });
  return agent;
}

// The newest conversation has the highest number.
async function openNewest(agent) {
  await agent.go('/inbox/all');
  const numbers = [...await agent.rowIds()].map((id) => Number(id.replace('row-', '')));
  await agent.page.locator(`#row-${Math.max(...numbers)} a`).click();
  await agent.thread.waitFor();
}

async function waiting(words) {
  const maya = await Visitor.arrive(browser, demo.origin);
  await maya.open();
  await maya.say(words);
  await maya.personButton.click();
  await maya.status('Waiting for a person');
  return maya;
}

test('what one agent does, the other sees without a reload', { timeout: 90_000 }, async () => {
  const maya = await waiting('My shelf has one board too few');
  const ines = await colleague(demo.email);
  const omar = await colleague('omar@example.com');
  await openNewest(ines);
  await openNewest(omar);
  await ines.action('Take over').click();
  await omar.owner.filter({ hasText: 'Ines' }).waitFor();
  await omar.page.getByText('Ines has this conversation. Replying takes it over.').waitFor();
  await ines.note('The third one this week');
  await omar.item('The third one this week').waitFor();
  await omar.reply('Hello, Omar here, the board is in the post.');
  await ines.owner.filter({ hasText: 'Omar' }).waitFor();
  await maya.status('You are talking with Omar');
  assertQuiet(ines.page);
  assertQuiet(omar.page);
  for (const { page } of [maya, ines, omar]) await page.context().close();
});

test('a reply to a conversation that has moved on is held back, kept, and sent when meant', { timeout: 90_000 }, async () => {
  const maya = await waiting('Please cancel my order');
  const ines = await colleague(demo.email, { javaScriptEnabled: false });
  await openNewest(ines);
  await ines.action('Take over').click();
  await ines.owner.filter({ hasText: 'You' }).waitFor();
  await maya.say('No, wait, I want to keep it');
  await maya.delivered();
  await ines.body.fill('It is cancelled.');
  await ines.page.getByRole('button', { name: 'Send', exact: true }).click();
  const held = ines.page.locator('.refusal');
  await held.filter({ hasText: 'No, wait, I want to keep it' }).waitFor();
  assert.equal(await ines.body.inputValue(), 'It is cancelled.');
  assert.deepEqual(await maya.said('agent'), []);
  await ines.body.fill('Of course, I leave it as it is.');
  await held.getByRole('button', { name: 'Send anyway' }).click();
  await ines.item('Of course, I leave it as it is.').waitFor();
  await until('the reply', async () => (await maya.said('agent')).length === 1);
  assert.deepEqual(await maya.said('agent'), ['Of course, I leave it as it is.']);
  assertQuiet(ines.page, REFUSED);
  for (const { page } of [maya, ines]) await page.context().close();
});

test('a reply whose answer is lost on the way is sent again as the same message', { timeout: 90_000 }, async () => {
  const maya = await waiting('Is the board on its way?');
  const ines = await colleague(demo.email);
  await openNewest(ines);
  await ines.action('Take over').click();
  await ines.owner.filter({ hasText: 'You' }).waitFor();
  // The server has the message and the page shows it live; only the answer to the form gets lost.
  let lost = false;
  await ines.page.route('**/messages', async (route) => {
    if (lost) return route.continue();
    lost = true;
    await route.fetch();
    await ines.item('It left this morning.').waitFor();
    return route.abort();
  });
  const again = ines.page.waitForEvent('load');
  await ines.body.fill('It left this morning.');
  await ines.page.getByRole('button', { name: 'Send', exact: true }).click();
  await again;
  await ines.item('It left this morning.').first().waitFor();
  assert.ok(lost);
  assert.equal(await ines.item('It left this morning.').count(), 1);
  assert.deepEqual(await maya.said('agent'), ['It left this morning.']);
  for (const { page } of [maya, ines]) await page.context().close();
});
