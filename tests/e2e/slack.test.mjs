// The team answers from Slack: a customer on WhatsApp asks for a person, the card is posted, one of two takes it, what is written
// in the thread reaches the customer, and a note does not. And Slack as a channel of customers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, person, shot, steps, submit } from './browser.mjs';

let browser, demo, robin, team, winner;
before(async () => {
  browser = await launch();
  demo = await startDemo();
  [robin, team] = await Promise.all([1, 2].map(() => person(browser)));
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const card = (page) => page.locator('.post', { has: page.locator('.post__card') }).last();
const threadOf = (page) => page.getByRole('log', { name: 'Thread' });
const onThePhone = (text) => robin.locator('.sms--theirs', { hasText: text });
const press = (page, name) => card(page).getByRole('button', { name, exact: true }).click();

async function text(words) {
  await robin.getByLabel('Message', { exact: true }).fill(words);
  await robin.getByRole('button', { name: 'Send', exact: true }).click();
}

async function answer(page, words) {
  await page.getByLabel(/^Answer the customer as/).fill(words);
  await page.locator('.slack__thread').getByRole('button', { name: 'Send', exact: true }).click();
}

describe('the team in Slack', { timeout: 120_000 }, () => {
  const step = steps(test);

  step('a handoff on WhatsApp is posted as a card', async () => {
    await robin.goto(`${demo.origin}/sandbox?app=whatsapp`);
    await team.goto(`${demo.origin}/sandbox/slack?who=U0INES`);
    const cards = await team.locator('.post__card').count();
    await text('How long does delivery take?');
    await onThePhone('working day').waitFor();
    await text('I want to talk to a human please, about the oak table');
    await team.waitForFunction((before) => document.querySelectorAll('.post__card').length > before, cards);
    await card(team).getByText('oak table').first().waitFor();
    await shot(team, 'slack-1-card');
  });

  step('of two who press Take at once one has it, and the other is told', async () => {
    await card(team).getByRole('link', { name: /Open thread|repl/ }).click();
    await team.locator('.post--open').waitFor();
    await team.evaluate(() => {
      const pressed = [...document.querySelectorAll('.post__buttons')].at(-1).elements.card.value;
      const take = (who) => fetch('/sandbox/slack/presses', { method: 'POST', body: new URLSearchParams({ who, card: pressed, words: 'Take' }) });
      return Promise.all(['U0INES', 'U0OMAR'].map(take));
    });
    await card(team).getByRole('button', { name: 'Take', exact: true }).waitFor({ state: 'detached' });
    const shown = await card(team).innerText();
    const told = [];
    for (const [name, who] of [['Ines', 'U0INES'], ['Omar', 'U0OMAR']]) {
      const page = await person(browser);
      await page.goto(team.url().replace(/U0\w+/, who));
      if (new RegExp(`\\b${name}\\b`).test(shown)) winner = { name, who };
      else {
        await threadOf(page).locator('.post--whisper').waitFor();
        told.push(await threadOf(page).locator('.post--whisper').innerText());
        await shot(page, 'slack-2-told');
      }
      await page.context().close();
    }
    assert.equal(told.length, 1, `one of the two has it: ${shown}`);
    assert.match(told[0], new RegExp(winner.name), 'and the other hears who');
    await team.goto(team.url().replace(/U0\w+/, winner.who));
  });

  step('what is written in the thread reaches the customer, and a note does not', async () => {
    await answer(team, '!note She has ordered twice before.');
    await threadOf(team).getByText('She has ordered twice before.').waitFor();
    await answer(team, 'A person here. Which oak table do you mean?');
    await onThePhone('Which oak table do you mean?').waitFor();
    assert.equal(await onThePhone('ordered twice').count(), 0, 'a note stays inside');
    await text('The round one.');
    await threadOf(team).getByText('The round one.').waitFor();
    await answer(team, 'That one is in stock.');
    await onThePhone('in stock').last().waitFor();
    await assertAccessible(team, 'a thread in Slack');
    for (const [device, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
      await team.setViewportSize(viewport);
      await assertFits(team, `Slack on a ${device}`);
      await shot(team, `slack-2-thread-${device}`);
    }
  });

  step('the inbox shows the same conversation, with the note as a note', async () => {
    const desk = await Agent.arrive(browser, demo.origin);
    await desk.signIn(demo);
    await desk.go('/inbox/handed-off');
    await desk.rows.filter({ hasText: 'That one is in stock.' }).locator('a').first().click();
    await desk.item('Which oak table do you mean?').waitFor();
    assert.equal(await desk.item('ordered twice').locator('[data-voice]').getAttribute('data-voice'), 'note');
    await shot(desk.page, 'slack-3-inbox');
    assertQuiet(desk.page);
    await desk.page.context().close();
  });

  step('given back from the card, the AI answers again', async () => {
    await press(team, 'Give back to AI');
    await card(team).getByRole('button', { name: 'Give back to AI', exact: true }).waitFor({ state: 'detached' });
    await onThePhone('Our assistant is answering again').waitFor();
    await text('Is the Halo pendant dimmable?');
    await onThePhone(/dimm/).waitFor();
    await shot(robin, 'slack-4-customer');
    assertQuiet(robin);
    assertQuiet(team);
  });

  step('a customer writes to the app in Slack itself and is answered there, also without scripts', async () => {
    const noor = await person(browser, { javaScriptEnabled: false, viewport: PHONE, colorScheme: 'dark' });
    const home = `${demo.origin}/sandbox/slack?who=U0NOOR`;
    await noor.goto(home);
    await noor.getByLabel('Message to Lumen & Oak').fill('How long does delivery take?');
    await submit(noor, noor.getByRole('button', { name: 'Send', exact: true }));
    const reply = noor.locator('.post', { hasText: /working day/ }).last();
    for (let look = 0; look < 200 && !(await reply.count()); look += 1) await noor.goto(home);
    await reply.waitFor();
    await assertFits(noor, 'Slack on a phone');
    await shot(noor, 'slack-5-customer-phone');
    await noor.context().close();
  });
});
