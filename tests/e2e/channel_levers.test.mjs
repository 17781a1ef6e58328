// What is set for one channel, for the time nobody is there, and for an AI that only drafts: set, seen again after a reload, and felt
// by the next customer. The settings are made twice, with scripts and with forms alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertQuiet, launch, shot, steps, submit, until } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const PASSED_ON = 'passing you to a person';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  const kind = javaScriptEnabled ? 'scripts' : 'forms';
  describe(`one channel's levers, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 240_000 }, () => {
    const step = steps(test);
    let demo, ines, page, colleague;
    before(async () => {
      demo = await startDemo();
      ines = await Agent.arrive(browser, demo.origin, { javaScriptEnabled });
      page = ines.page;
      await ines.signIn(demo);
      // Whoever answers customers has scripts; whoever sets the levers may have none.
      colleague = await Agent.arrive(browser, demo.origin);
      await colleague.signIn(demo);
    });
    after(async () => {
      await page?.context().close();
      await colleague?.page.context().close();
      await demo?.stop();
    });

    const field = (label) => page.getByLabel(new RegExp(`^${label}( optional)?$`));
    const row = () => page.getByRole('group', { name: 'Shop chat', exact: true });
    const save = async () => {
      await submit(page, page.getByRole('button', { name: 'Save', exact: true }).first());
      await page.locator('#flash[role=status]').waitFor();
    };
    const set = async (change) => {
      await ines.go('/settings/handoff');
      await change(row());
      await save();
      await ines.go('/settings/handoff');
    };
    const visit = async () => {
      const maya = await Visitor.arrive(browser, demo.origin);
      await maya.open();
      return maya;
    };
    /** Ines' colleague opens what a customer said last. */
    const find = async (view, text) => {
      await colleague.go(`/inbox/${view}`);
      await colleague.page.locator('#rows > li', { hasText: text }).first().getByRole('link').first().click();
      await colleague.item(text).first().waitFor();
    };

    step('a channel has a level of its own, and goes back to the level of all', async () => {
      await set((web) => web.getByLabel('Level').selectOption({ label: 'AI only' }));
      assert.equal(await row().getByLabel('Level').evaluate((select) => select.selectedOptions[0].textContent), 'AI only');
      assert.equal(await page.getByRole('radio', { name: /Quick handoff/ }).isChecked(), true, 'the others keep theirs');
      const maya = await visit();
      assert.match(await maya.ask('I want to talk to a human'), /no person I could pass you to/);
      await maya.page.context().close();
      await set((web) => web.getByLabel('Level').selectOption({ index: 0 }));
      const next = await visit();
      await next.say('I want to talk to a human');
      await next.hears('ai', PASSED_ON);
      await next.page.context().close();
    });

    step('with autopilot off people get the next message, and the AI is not said to handle what it had answered', async () => {
      const maya = await visit();
      const asked = 'How long does delivery of a lamp take?';
      assert.match(await maya.ask(asked), /working days/);
      await colleague.go('/inbox/ai');
      await colleague.page.locator('#rows > li', { hasText: 'AI' }).first().waitFor();
      await set((web) => web.getByRole('checkbox', { name: /Autopilot/ }).uncheck());
      assert.equal(await row().getByRole('checkbox', { name: /Autopilot/ }).isChecked(), false);
      await colleague.go('/inbox/all');
      await colleague.page.locator('#rows > li', { hasText: 'AI off' }).first().getByRole('link').first().click();
      await colleague.item(asked).first().waitFor();
      assert.equal(await colleague.owner.innerText(), 'AI off');
      await colleague.page.getByText('The AI is off on this channel').waitFor();
      await shot(colleague.page, `autopilot-off-${kind}`);
      await maya.say('And how much does that cost?');
      await maya.hears('ai', PASSED_ON);
      await until('the next message is people\u2019s', async () => {
        await colleague.page.reload();
        return /Waiting/.test(await colleague.owner.innerText());
      });
      await set((web) => web.getByRole('checkbox', { name: /Autopilot/ }).check());
      assert.equal(await row().getByRole('checkbox', { name: /Autopilot/ }).isChecked(), true);
      await maya.page.context().close();
    });

    step('an AI that assists drafts for the person and sends nothing', async () => {
      await set((web) => web.getByRole('checkbox', { name: /Assist/ }).check());
      assert.equal(await row().getByRole('checkbox', { name: /Assist/ }).isChecked(), true);
      const maya = await visit();
      await maya.say('A human please, it is about my order');
      await maya.hears('ai', PASSED_ON);
      await find('unassigned', PASSED_ON.slice(0, 7));
      await colleague.action('Take over').click();
      await until('Ines has it', async () => /You/.test(await colleague.owner.innerText()));
      await colleague.reply('Good day, what can I do for you?');
      const before = (await maya.said('ai')).length;
      await maya.say('How long does delivery take?');
      const draft = colleague.page.locator('.timeline .item', { hasText: /working days/ }).last();
      await draft.waitFor({ timeout: 30_000 });
      await shot(colleague.page, `assist-${kind}`);
      await maya.delivered();
      assert.equal((await maya.said('ai')).length, before, 'the customer sees nothing of it');
      await set((web) => web.getByRole('checkbox', { name: /Assist/ }).uncheck());
      await maya.page.context().close();
    });

    step('what is asked before a handoff is a form in the chat, and stands on the card', async () => {
      await set(() => page.getByRole('radio', { name: /Balanced/ }).check());
      await ines.go('/settings/handoff/collection');
      const added = page.locator('fieldset.collect').last();
      await added.getByLabel('Name', { exact: true }).fill('Order');
      await added.getByLabel('Answer', { exact: true }).selectOption({ label: 'Order number' });
      await page.getByLabel('Web chat shows the fields as a form').check({ force: true });
      await save();
      await ines.go('/settings/handoff/collection');
      assert.equal(await page.getByLabel('Web chat shows the fields as a form').isChecked(), true);
      if (javaScriptEnabled) await assertAccessible(page, 'data collection');
      const maya = await visit();
      await maya.say('I want to talk to a human');
      await maya.hears('ai', 'what is it about?');
      await maya.say('The clamp of my lamp broke off yesterday');
      const details = maya.page.getByRole('form', { name: 'Your details' });
      await details.getByLabel('Email').fill('not an address');
      await details.getByRole('button', { name: 'Send' }).click();
      assert.equal(await details.isVisible(), true, 'the browser says what is wrong');
      await details.getByLabel('Email').fill('maya@example.com');
      await details.getByLabel('Order').fill('A1042');
      await assertAccessible(maya.page, 'the form', 'baton-chat');
      await shot(maya.page, `details-${kind}`);
      await details.getByRole('button', { name: 'Send' }).click();
      await maya.hears('ai', PASSED_ON);
      await details.waitFor({ state: 'hidden' });
      await find('unassigned', PASSED_ON.slice(0, 7));
      await colleague.card.getByText('A1042', { exact: true }).waitFor();
      await set(() => page.getByRole('radio', { name: /Quick handoff/ }).check());
      await maya.page.context().close();
    });

    step('while the office is closed the customer is promised its next opening', async () => {
      await ines.go('/settings/office-hours/new');
      await field('Name').first().fill('Once a week');
      await field('Time zone').fill('Europe/Berlin');
      // One shift in the week, two days from now, so that it is closed whenever this runs.
      const day = new Date(Date.now() + 2 * 86_400_000);
      const weekday = String((day.getUTCDay() + 6) % 7);
      const shifts = page.locator('fieldset.cells:has(select[name=first])');
      for (let at = 0; at < await shifts.count(); at += 1) {
        const shift = shifts.nth(at);
        await shift.locator('select[name=first]').selectOption(weekday);
        await shift.locator('select[name=last]').selectOption(weekday);
        await shift.locator('input[name=from]').fill(at === 0 ? '09:00' : '');
        await shift.locator('input[name=to]').fill(at === 0 ? '10:00' : '');
      }
      if (javaScriptEnabled) await assertAccessible(page, 'a schedule');
      await save();
      await page.getByText(/^Closed now; opens /).waitFor();
      await ines.go('/settings/office-hours');
      assert.equal(await field('Standard').evaluate((select) => select.selectedOptions[0].textContent), 'Once a week');
      const maya = await visit();
      await maya.say('I want to talk to a human');
      const name = day.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
      await maya.hears('ai', `${name} 09:00 (Europe/Berlin)`);
      await shot(maya.page, `promise-${kind}`);
      await maya.page.context().close();
    });

    step('who supervises and the AI\u2019s second try are kept', async () => {
      await ines.go('/settings/notifications');
      await field('Then tell').selectOption({ label: 'Omar' });
      await field('Minutes until then').fill('20');
      if (javaScriptEnabled) await assertAccessible(page, 'notifications');
      await save();
      await ines.go('/settings/notifications');
      assert.equal(await field('Then tell').evaluate((select) => select.selectedOptions[0].textContent), 'Omar');
      assert.equal(await field('Minutes until then').inputValue(), '20');
      await ines.go('/settings/after');
      assert.equal(await page.getByLabel(/^Give the AI a second try/).isChecked(), true);
      await page.getByLabel(/^Give the AI a second try/).uncheck({ force: true });
      if (javaScriptEnabled) await assertAccessible(page, 'afterwards');
      await save();
      await ines.go('/settings/after');
      assert.equal(await page.getByLabel(/^Give the AI a second try/).isChecked(), false);
    });

    step('nothing failed on the way', () => {
      assertQuiet(page, /status of 4\d\d/);
      assertQuiet(colleague.page, /status of 4\d\d/);
    });
  });
}
