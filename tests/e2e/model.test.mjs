// A language model writes: what the customer sees of its words when a person takes over, and its summary on the card.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertFits, assertQuiet, launch, PHONE, shot, steps, until } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const FIRST = 'We deliver a floor lamp within three to five working days. ';
const SECOND = 'Delivery is free of charge from two hundred euros on.';
const REPLY = { handoff: null, language: 'en', sentiment: 'neutral', resolved: false, citations: [], reply: FIRST.repeat(3) + SECOND };
const SUMMARY = { lines: [
  { about: 'wants', text: 'To know when her floor lamp comes', message: 1 },
  { about: 'tried', text: 'The assistant named three to five working days', message: 2 },
  { about: 'next', text: 'Give her a date', message: null },
] };

/** A server that writes the first part of a reply, and the rest when it is let. It sums up at once. */
async function startModel() {
  let letGo;
  const goOn = new Promise((resolve) => { letGo = resolve; });
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', async () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const write = (content) => response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
      if (JSON.parse(body).messages[0].content.startsWith('You sum up')) {
        write(JSON.stringify(SUMMARY));
      } else {
        const whole = JSON.stringify(REPLY);
        const end = whole.indexOf(SECOND);
        for (let at = 0; at < end; at += 9) write(whole.slice(at, Math.min(at + 9, end)));
        await goOn;
        write(whole.slice(end));
      }
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { url: `http://127.0.0.1:${server.address().port}/v1`, letGo, stop: () => { letGo(); server.closeAllConnections(); server.close(); } };
}

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

describe('a language model', { timeout: 180_000 }, () => {
  const step = steps(test);
  let demo, model, ines, maya, seen;
  before(async () => {
    [demo, model] = await Promise.all([startDemo(), startModel()]);
    ines = await Agent.arrive(browser, demo.origin);
    await ines.signIn(demo);
    await ines.go('/settings/ai');
    await ines.page.locator('[name=enabled]').check({ force: true });
    await ines.page.locator('[name=base_url]').fill(model.url);
    await ines.page.locator('[name=model]').fill('stand-in');
    await ines.page.getByRole('button', { name: 'Save', exact: true }).click();
    await ines.page.locator('#flash[role=status]').waitFor();
    maya = await Visitor.arrive(browser, demo.origin, { viewport: PHONE });
    await maya.open();
  });
  after(async () => {
    await maya?.page.context().close();
    await ines?.page.context().close();
    model?.stop();
    await demo?.stop();
  });

  step('its words are read while it writes them', async () => {
    await maya.say('When does my floor lamp come?');
    const writing = maya.page.locator('baton-chat [part~="message"][aria-hidden] [part~="bubble"]');
    await until('words in the chat', async () => (await writing.count()) > 0 && (await writing.innerText()).includes('three to five'));
  });

  step('what was shown stays when a person takes over, and is marked for both', async () => {
    await ines.go('/inbox/all');
    await ines.page.getByText('When does my floor lamp come?').first().click();
    await ines.action('Take over').click();
    await maya.status('You are talking with');
    model.letGo();
    [seen] = await until('the words that stay', async () => {
      const said = await maya.said('ai');
      return said.some((text) => text.includes('three to five')) && said.filter((text) => text.includes('three to five'));
    });
    assert.ok(!seen.includes('free of charge'), `not a word after the takeover: ${seen}`);
    await maya.page.getByText('Not finished').waitFor();
    await ines.page.getByText('Cut off here.').waitFor();
    const bubble = ines.page.locator('.message', { has: ines.page.getByText('Cut off here.') }).locator('.bubble');
    assert.equal((await bubble.innerText()).trim(), seen.trim(), 'people read what the customer read');
    await shot(maya.page, 'model-cut-off-chat');
    const history = await maya.page.locator('baton-chat [part~="state"]', { hasText: 'Not finished' }).count();
    assert.equal(history, 1, 'one message is marked');
  });

  step('its summary replaces the first one on the open card', async () => {
    await ines.page.getByText('Written by the language model').waitFor();
    const card = await ines.card.innerText();
    for (const line of ['Wants: To know when her floor lamp comes', 'Tried: The assistant named', 'Next: Give her a date']) {
      assert.ok(card.includes(line), `${line} is missing: ${card}`);
    }
    await ines.card.locator('summary').scrollIntoViewIfNeeded();
    for (const colorScheme of ['light', 'dark']) {
      await ines.page.emulateMedia({ colorScheme });
      await shot(ines.page, `model-card-${colorScheme}`);
      await assertAccessible(ines.page, `the card in ${colorScheme}`);
    }
    await ines.page.setViewportSize(PHONE);
    await assertFits(ines.page, 'the card');
    await shot(ines.page, 'model-card-phone');
  });

  step('nothing went wrong in the pages', () => {
    assertQuiet(maya.page);
    assertQuiet(ines.page);
  });
});
