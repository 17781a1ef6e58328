// A customer texts the company from the sandbox's phone, and the team answers from Slack: the inbox is not needed for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, person, shot, steps } from './browser.mjs';

let browser, demo, robin, team, ines;
before(async () => {
  browser = await launch();
  demo = await startDemo();
  ines = await Agent.arrive(browser, demo.origin);
  await ines.signIn(demo);
  robin = await person(browser);
  team = await person(browser);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const room = () => team.getByRole('log', { name: 'Messages' });
const thread = () => team.getByRole('log', { name: 'Thread' });
const said = () => robin.locator('.sms--theirs');

async function text(words) {
  await robin.getByLabel('Message', { exact: true }).fill(words);
  await robin.getByRole('button', { name: 'Send', exact: true }).click();
}

async function answer(words) {
  await team.getByLabel('Answer the customer as Ines').fill(words);
  await team.locator('.slack__thread').getByRole('button', { name: 'Send', exact: true }).click();
}

describe('the team answers from Slack', { timeout: 120_000 }, () => {
  const step = steps(test);
  // The demo's own stories may have cards there already; ours is the newest.
  const card = () => room().locator('.post').filter({ has: team.locator('.post__card') }).last();

  step('a handoff on another channel is posted as a card', async () => {
    await team.goto(`${demo.origin}/sandbox/slack?who=U0INES`);
    const before = await team.locator('.post__card').count();
    await robin.goto(`${demo.origin}/sandbox?app=sms`);
    await text('How long does delivery take?');
    await said().first().waitFor();
    await text('I would like to talk to a human please');
    await said().nth(1).waitFor();
    await team.waitForFunction((count) => document.querySelectorAll('.post__card').length > count, before);
    await card().getByText('Waiting for a person').waitFor();
    for (const words of ['Customer request', 'How long does delivery take?']) await card().getByText(words).first().waitFor();
    await card().getByRole('link', { name: /thread|repl/ }).click();
    await team.getByLabel('Answer the customer as Ines').waitFor();
  });

  step('one press takes it, and the card says so', async () => {
    await card().getByRole('button', { name: 'Take', exact: true }).click();
    await card().getByText('Ines has it').waitFor();
    await assertAccessible(team, 'the workspace');
    for (const [device, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
      await team.setViewportSize(viewport);
      await assertFits(team, `the workspace on a ${device}`);
      await shot(team, `slack-1-taken-${device}`);
    }
  });

  step('what is written in the thread reaches the customer under that name, and a note does not', async () => {
    await answer('!note she is a regular');
    await answer('Ines here. It leaves today.');
    await said().filter({ hasText: 'Ines here. It leaves today.' }).waitFor();
    assert.equal(await said().filter({ hasText: 'regular' }).count(), 0);
    await text('Wonderful, thank you');
    await thread().getByText('Wonderful, thank you').waitFor();
    await ines.go('/inbox/all');
    await ines.rows.first().locator('a').first().click();
    await ines.item('she is a regular').waitFor();
    await shot(team, 'slack-2-thread');
    await shot(ines.page, 'slack-2-inbox');
  });

  step('given back from the card, the AI answers again', async () => {
    await card().getByRole('button', { name: 'Give back to AI', exact: true }).click();
    await card().getByText('The AI answers').waitFor();
    const before = await said().count();
    await text('Can I return an oak table?');
    await said().nth(before).waitFor();
    assertQuiet(robin);
    assertQuiet(team);
    assertQuiet(ines.page);
  });
});
