// The levers of a handoff on their pages: set, seen again after a reload, and felt by the next customer.
// Everything is done twice, with scripts and with forms alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertQuiet, launch, shot, steps } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const REFUSED = /status of 4\d\d/;

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(`the levers, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 180_000 }, () => {
    const step = steps(test);
    let demo, ines, page;
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

    const press = (name) => page.getByRole('button', { name, exact: true }).first().click();
    const saved = () => page.locator('#flash[role=status]').waitFor();
    const customer = async (talk) => {
      const maya = await Visitor.arrive(browser, demo.origin);
      await maya.open();
      await talk(maya);
      await maya.page.context().close();
    };

    step('a level is chosen, says what it stands for, and declines where nobody is', async () => {
      await ines.go('/settings/handoff');
      await page.getByRole('radio', { name: /AI only/ }).check();
      await press('Save');
      await saved();
      await ines.go('/settings/handoff');
      assert.equal(await page.getByRole('radio', { name: /AI only/ }).isChecked(), true);
      const stands = page.locator('.level', { hasText: 'AI only' });
      assert.match(await stands.locator('dl').innerText(), /Hand conversations to people\s+off/);
      await customer(async (maya) => assert.match(await maya.ask('I want to talk to a human'), /no person I could pass you to/));
    });

    step('levers by hand count, and a wrong number stays as it was typed', async () => {
      await ines.go('/settings/handoff');
      await page.getByRole('radio', { name: /Every lever by hand/ }).check();
      await page.getByLabel(/^Hand off after this many answers/).fill('9999');
      await press('Save');
      await page.locator('.field--wrong', { hasText: 'Hand off after this many answers' }).waitFor();
      assert.equal(await page.getByLabel(/^Hand off after this many answers/).inputValue(), '9999');
      await page.getByLabel(/^Hand off after this many answers/).fill('0');
      await page.getByLabel('Ask for the problem first').check({ force: true });
      await press('Save');
      await saved();
      await ines.go('/settings/handoff');
      assert.equal(await page.getByLabel('Ask for the problem first').isChecked(), true);
      await customer(async (maya) => assert.match(await maya.ask('I want to talk to a human'), /what is it about\?/));
    });

    step('whoever saves second sees what differs', async () => {
      await ines.go('/settings/handoff');
      const late = await page.context().newPage();
      await late.goto(page.url());
      await page.getByRole('radio', { name: /Quick handoff/ }).check();
      await press('Save');
      await saved();
      await late.getByRole('radio', { name: /AI first/ }).check();
      await late.getByRole('button', { name: 'Save', exact: true }).click();
      await late.getByText('What differs from what is saved').waitFor();
      assert.match(await late.locator('ol.difference').innerText(), /Level: Quick handoff/);
      await late.close();
    });

    step('a topic is added with one click, tried, and kept from the AI', async () => {
      await ines.go('/settings/handoff/topics');
      await press('Press');
      await saved();
      await page.getByLabel('A customer\u2019s message').fill('I am a journalist and write an article about you');
      await press('Try');
      await page.getByText('It goes to a person.').waitFor();
      await customer(async (maya) => {
        await maya.say('I am a journalist and write an article about you');
        await maya.page.getByText('passing you to a person').first().waitFor();
      });
    });

    step('a topic in plain words hears the same in other words, and stands on the card', async () => {
      await ines.go('/settings/handoff/topics');
      // The demo has it; an emptied line is taken off the list.
      const topics = page.getByLabel('Topic in plain words');
      const known = await topics.evaluateAll((fields) => fields.findIndex(({ value }) => value === 'refund requests'));
      await topics.nth(known).fill('');
      await press('Save');
      await saved();
      await ines.go('/settings/handoff/topics');
      assert.ok(!(await topics.evaluateAll((fields) => fields.map(({ value }) => value))).includes('refund requests'));
      await topics.last().fill('refund requests');
      await press('Save');
      await saved();
      await page.getByLabel('A customer\u2019s message').fill('I want my money back');
      await press('Try');
      await page.getByText('It goes to a person.').waitFor();
      await customer(async (maya) => {
        await maya.say('I want my money back');
        await maya.page.getByText('passing you to a person').first().waitFor();
      });
      await ines.go('/inbox/search?q=money');
      await page.locator('#rows > li', { hasText: 'Unknown visitor' }).first().getByRole('link').first().click();
      await ines.item('I want my money back').waitFor();
      await page.locator('.card', { hasText: 'refund requests' }).first().waitFor();
      await shot(page, `topic-card-${javaScriptEnabled ? 'scripts' : 'forms'}`);
    });

    step('fields and words are kept, and the words are previewed', async () => {
      await ines.go('/settings/handoff/collection');
      const added = page.locator('fieldset.collect').last();
      await added.getByLabel('Name', { exact: true }).fill('Order');
      await added.getByLabel('Answer', { exact: true }).selectOption({ label: 'Order number' });
      await press('Save');
      await saved();
      assert.equal(await page.locator('fieldset.collect').nth(2).getByLabel('Name', { exact: true }).inputValue(), 'Order');
      await ines.go('/settings/handoff/messages?language=en');
      await page.getByLabel('At a handoff', { exact: true }).fill('Somebody of us is on the way.');
      await press('Preview');
      await page.getByText('The customer reads: Somebody of us is on the way.').first().waitFor();
      await press('Save');
      await saved();
      await customer(async (maya) => {
        await maya.say('I want to talk to a human');
        await maya.page.getByText('Somebody of us is on the way.').first().waitFor();
      });
    });

    step('a rehearsal shows what would have gone otherwise, and saves nothing', async () => {
      await ines.go('/settings/handoff');
      await page.getByRole('radio', { name: /AI only/ }).check();
      await press('Rehearse without saving');
      await page.getByRole('heading', { name: 'What would have gone otherwise' }).waitFor();
      if (javaScriptEnabled) await assertAccessible(page, 'rehearsal or decisions');
      const link = page.locator('.line__title').first();
      await link.click();
      await page.getByRole('link', { name: 'Why did the AI hand off here?' }).first().click();
      await page.getByText('This decided.').first().waitFor();
      if (javaScriptEnabled) await assertAccessible(page, 'rehearsal or decisions');
      await ines.go('/settings/handoff');
      assert.equal(await page.getByRole('radio', { name: /Quick handoff/ }).isChecked(), true);
    });

    step('nothing failed on the way', () => assertQuiet(page, REFUSED));
  });
}
