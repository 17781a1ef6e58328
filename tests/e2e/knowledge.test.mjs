// What the AI knows, from an article to an answer: written, published, asked in the chat, cited; what it did not know becomes the
// next article; people say whether the baton was passed well.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, shot, steps } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const REFUSED = /status of 4\d\d/;
const KNOWLEDGE = '/settings/knowledge';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(`knowledge, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 180_000 }, () => {
    const step = steps(test);
    const name = (what) => `knowledge-${what}-${javaScriptEnabled ? 'scripts' : 'forms'}`;
    let demo, ines, page, asked;
    before(async () => {
      demo = await startDemo();
      ines = await Agent.arrive(browser, demo.origin, { javaScriptEnabled });
      page = ines.page;
      await ines.signIn(demo);
    });
    after(async () => {
      await page?.context().close();
      await demo?.stop();
    });

    const field = (label) => page.getByLabel(new RegExp(`^${label}( optional)?$`));
    const press = (label) => page.getByRole('button', { name: label, exact: true }).first().click();
    const saved = () => page.locator('#flash[role=status]').waitFor();
    const looksRight = async (what) => {
      for (const [device, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
        await page.setViewportSize(viewport);
        if (javaScriptEnabled) await assertAccessible(page, `${what} on a ${device}`);
        await assertFits(page, `${what} on a ${device}`);
        await shot(page, `${name(what)}-${device}`);
      }
    };

    step('an article is looked at before it is saved', async () => {
      await ines.go(`${KNOWLEDGE}/new`);
      await field('Title').fill('Do you repair gramophones?');
      await field('Text').fill('Yes, we repair gramophones.\n\n- Bring yours on **Friday**.\n- It takes a week.');
      await press('Preview');
      await page.getByRole('heading', { name: 'Preview' }).waitFor();
      assert.equal(await page.locator('#preview strong').innerText(), 'Friday');
      await looksRight('preview');
      await field('Published').check({ force: true });
      await press('Save');
      await saved();
    });

    step('the customer is answered from it, and the answer names it', async () => {
      const maya = await Visitor.arrive(browser, demo.origin);
      await maya.open();
      assert.match(await maya.ask('Do you repair gramophones?'), /gramophones/);
      assert.match(await maya.part('source').first().innerText(), /gramophones/);
      await shot(maya.page, name('cited'));
      await maya.page.context().close();
    });

    step('the AI can be tried out, and every decision is explained', async () => {
      await ines.go(KNOWLEDGE);
      await page.getByRole('link', { name: 'Test the AI' }).click();
      await field('What a customer writes').fill('Do you repair gramophones?');
      await press('Ask');
      await page.getByRole('heading', { name: 'The AI answers' }).waitFor();
      await page.locator('.passages li').first().waitFor();
      await looksRight('trial');
      await field('What a customer writes').fill('I want to talk to a human');
      await press('Ask');
      await page.getByRole('heading', { name: 'It goes to a person' }).waitFor();
      await page.getByText('The customer asked for a person').waitFor();
      await looksRight('trial-person');
    });

    step('what it did not know becomes an article in two clicks', async () => {
      for (const question of ['Do you offer sewing lessons?', 'can I take lessons in sewing']) {
        const maya = await Visitor.arrive(browser, demo.origin);
        await maya.open();
        await maya.say(question);
        await maya.delivered();
        await maya.status('Waiting for a person');
        await maya.page.context().close();
      }
      await ines.go(`${KNOWLEDGE}/unanswered`);
      const group = page.locator('section.gap', { hasText: /sewing/i });
      await group.getByText('Asked 2 times').waitFor();
      await looksRight('unanswered');
      asked = await group.locator('a[href^="/inbox/conversations/"]').first().getAttribute('href');
      await group.getByRole('link', { name: 'Write the article' }).click();
      assert.match(await field('Title').inputValue(), /sewing/i);
      await field('Text').fill('Yes, we offer sewing lessons. A course takes five days.');
      await press('Save');
      await saved();
      await ines.go(`${KNOWLEDGE}/unanswered`);
      assert.equal(await page.locator('section.gap', { hasText: /sewing/i }).count(), 0);
    });

    step('a person gets the new article as a proposal, and nothing is sent by itself', async () => {
      await page.setViewportSize(DESKTOP);
      await ines.go(asked);
      const before = await page.locator('.timeline .message').count();
      if (javaScriptEnabled) {
        await ines.listens();
        await page.keyboard.press('c');
      } else await press('Suggest');
      await page.getByText('Proposed from the knowledge').waitFor();
      assert.match(await ines.body.inputValue(), /five days/);
      assert.equal(await page.locator('.timeline .message').count(), before);
      await looksRight('copilot');
      await page.setViewportSize(DESKTOP);
      await press('Send');
      await ines.item('A course takes five days.').waitFor();
      assert.equal(await page.getByText('Proposed from the knowledge').count(), 0);
    });

    step('one key says whether the handoff was right, and the reports count it', async () => {
      await ines.go(asked);
      if (javaScriptEnabled) {
        await ines.listens();
        await page.keyboard.press('3');
      } else await page.locator('.review__answer', { hasText: 'Unnecessary' }).click();
      await page.locator('.review__answer[aria-pressed=true]', { hasText: 'Unnecessary' }).waitFor();
      await page.getByRole('link', { name: 'Reports' }).click();
      await page.getByRole('heading', { name: 'Week by week' }).waitFor();
      await page.locator('.opinions li', { hasText: 'Unnecessary' }).waitFor();
      await looksRight('reports');
    });

    step('files come in after a look at them', async () => {
      await ines.go(`${KNOWLEDGE}/import`);
      await page.locator('#files').setInputFiles([
        { name: 'hours.md', mimeType: 'text/markdown', buffer: Buffer.from('# When is the workshop open?\n\nOn Fridays.') },
        { name: 'faq.csv', mimeType: 'text/csv', buffer: Buffer.from('question,answer\nDo you rent lamps?,"No, we only sell them."\nEmpty?,\n') },
      ]);
      await looksRight('import');
      await press('Look what comes in');
      await page.getByRole('heading', { name: '2 articles would come in' }).waitFor();
      await page.getByText('faq.csv, row 3').waitFor();
      await looksRight('import-review');
      await page.getByLabel('Do you rent lamps?').uncheck();
      await press('Store those ticked');
      await saved();
      await ines.go(`${KNOWLEDGE}?status=draft&q=workshop`);
      await page.getByRole('link', { name: 'When is the workshop open?' }).waitFor();
      await looksRight('list');
      assertQuiet(page, REFUSED);
    });
  });
}
