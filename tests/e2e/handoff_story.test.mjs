// The one story Baton exists for: the AI answers, a person takes over, the AI gets the conversation back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertQuiet, launch, shot, steps, until } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const HANDOFF_SHOWN_MS_MAX = 1000;
const PROMISE = 'Your Alba lamp leaves our workshop on Thursday, Maya.';
const NOTE = 'Between us: her third lamp this year.';
const ACROSS_THE_DESK = 'Thank you Ines, Thursday is fine.';

let demo, browser, maya, ines;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  ines = await Agent.arrive(browser, demo.origin);
  await ines.signIn(demo);
  await ines.go('/inbox/unassigned');
  maya = await Visitor.arrive(browser, demo.origin);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

function both(name) {
  return Promise.all([shot(maya.page, `story-${name}-customer`), shot(ines.page, `story-${name}-agent`)]);
}

// When the inbox's page itself first shows a row that was not there before, by the clock both pages share.
async function watchForNewRow(agent) {
  await agent.page.evaluate(() => {
    const known = new Set([...document.querySelectorAll('#rows > li')].map((row) => row.id));
    window.newRow = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        const row = [...document.querySelectorAll('#rows > li')].find((candidate) => !known.has(candidate.id));
        if (!row) return;
        observer.disconnect();
        resolve({ id: row.id, at: Date.now() });
      }).observe(document.querySelector('#rows'), { childList: true, subtree: true });
    });
    window.loadedOnce = true;
  });
}

test('a conversation goes from the AI to a person and back', { timeout: 240_000 }, async (t) => {
  const step = steps(t.test.bind(t));
  let row, aiSaidBefore;

  await step('the AI answers from the knowledge and names its source', async () => {
    await maya.open();
    const answer = await maya.ask('How long does delivery take?');
    assert.match(answer, /day/i);
    assert.match(await maya.part('source').first().innerText(), /Delivery/);
    await both('1-answered');
  });

  await step('asking for a person in plain words hands off, announced once', async (step) => {
    await watchForNewRow(ines);
    const asked = Date.now();
    await maya.say('Can I talk to a real person please?');
    row = await ines.page.evaluate(() => window.newRow);
    await maya.status('Waiting for a person');
    const [told] = await until('onHandoff', async () => {
      const handoffs = await maya.handoffs();
      return handoffs.length > 0 && handoffs;
    });
    assert.deepEqual(Object.keys(told).sort(), ['conversation_id', 'reason', 'sentiment', 'summary']);
    assert.match(told.summary, /person|delivery/i);
    for (const field of Object.values(told)) assert.ok(typeof field === 'string' && field.length > 0, JSON.stringify(told));
    assert.equal(await ines.page.evaluate(() => window.loadedOnce), true, 'the inbox reloaded instead of updating live');
    const took = row.at - asked;
    step.diagnostic(`from the question to the row in the inbox: ${took} ms`);
    assert.ok(took <= HANDOFF_SHOWN_MS_MAX, `the inbox showed the handoff after ${took} ms`);
    await both('2-handed-off');
  });

  await step('the AI is silent from then on, however fast the customer writes', async () => {
    await until('the one notice to the customer', async () => (await maya.said('ai')).length === 2);
    for (const text of ['Hello?', 'It is about order 20411', 'How long does delivery take?']) await maya.say(text);
    await maya.delivered();
    aiSaidBefore = await maya.said('ai');
  });

  await step('the agent opens it, reads why it came to her, and takes over', async () => {
    await ines.page.locator(`#${row.id} a`).click();
    await ines.thread.waitFor();
    await ines.item('It is about order 20411').waitFor();
    const card = await ines.card.innerText();
    assert.match(card, /asked for a person/i);
    assert.match(card, /delivery/i);
    await both('3-opened');
    await ines.action('Take over').click();
    await ines.owner.filter({ hasText: 'You' }).waitFor();
    await maya.status('You are talking with Ines');
    await both('4-taken-over');
  });

  await step('both sides write to each other live', async () => {
    await ines.note(NOTE);
    await ines.reply(PROMISE);
    await maya.hears('agent', PROMISE);
    await maya.say(ACROSS_THE_DESK);
    await ines.item(ACROSS_THE_DESK).waitFor();
    await both('5-talking');
    assert.deepEqual(await maya.said('ai'), aiSaidBefore, 'the AI spoke while a person had the conversation');
  });

  await step('given back, the AI answers again', async () => {
    const menu = await ines.menu('Give back');
    await menu.getByRole('button', { name: 'Give back to the AI' }).click();
    await ines.owner.filter({ hasText: 'AI' }).waitFor();
    await maya.status('AI assistant');
    await maya.say('How can I pay?');
    await maya.hears('ai', 'PayPal');
    await both('6-given-back');
  });

  await step('the AI knows what the person said', async () => {
    await maya.say('What did Ines say?');
    await maya.hears('ai', /Ines[^]*Thursday/);
    assert.match(await ines.owner.innerText(), /AI/, 'the AI still has the conversation');
    await both('7-remembered');
  });

  await step('the transcript shows no AI message inside the human stretch, and one handoff', async () => {
    const order = await maya.order();
    const handed = order.indexOf('ai', order.indexOf('ai') + 1);
    const lastAgent = order.lastIndexOf('agent');
    assert.ok(lastAgent > handed && handed > 0, `unexpected order ${order.join(' ')}`);
    assert.ok(!order.slice(handed + 1, lastAgent).includes('ai'), `the AI spoke in between: ${order.join(' ')}`);
    assert.equal((await maya.handoffs()).length, 1);
    assert.ok(!(await maya.part('log').innerText()).includes(NOTE), 'an internal note reached the customer');
    assertQuiet(maya.page);
    assertQuiet(ines.page);
  });
});
