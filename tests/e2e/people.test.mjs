// People and time: office hours, routing, promises, invitations. Everything is done twice, with scripts and with forms alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertQuiet, launch, steps } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(`people and time, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 180_000 }, () => {
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

    const field = (label) => page.getByLabel(new RegExp(`^${label}( optional)?$`));
    const press = (name) => page.getByRole('button', { name, exact: true }).first().click();
    const saved = () => page.locator('#flash[role=status]').waitFor();
    const isFree = async () => { if (javaScriptEnabled) await assertAccessible(page, page.url()); };

    step('a schedule is written, and says when it opens', async () => {
      await ines.go('/settings/office-hours/new');
      await field('Name').first().fill('Shop');
      await field('Time zone').fill('Somewhere');
      await press('Save');
      await page.locator('.field--wrong', { hasText: 'Time zone' }).waitFor();
      await field('Time zone').fill('Pacific/Auckland');
      await page.locator('input[name=date]').first().fill('2030-12-24');
      await page.locator('input[name=holiday]').first().fill('Christmas Eve');
      await isFree();
      await press('Save');
      await saved();
      assert.equal(await page.locator('input[name=holiday]').first().inputValue(), 'Christmas Eve');
      await page.getByText(/Open now|Closed now/).first().waitFor();
      await ines.go('/settings/office-hours');
      assert.equal(await field('Standard').evaluate((select) => select.selectedOptions[0].textContent), 'Shop');
      await isFree();
    });

    step('a rule says who gets what', async () => {
      await ines.go('/settings/routing');
      await page.locator('input[name=topics]').first().fill('refunds');
      await page.locator('select[name=to]').first().selectOption({ label: 'Omar' });
      await page.getByLabel('Where no rule holds').selectOption({ label: 'Everybody online, in turn' });
      await isFree();
      await press('Save');
      await saved();
      assert.equal(await page.locator('input[name=topics]').first().inputValue(), 'refunds');
      assert.equal(await page.getByRole('heading', { name: 'Rule 1' }).count(), 1);
    });

    step('promises, ratings and what comes afterwards are kept', async () => {
      await ines.go('/settings/waiting');
      await field('First reply, in minutes').fill('15');
      await isFree();
      await press('Save');
      await saved();
      assert.equal(await field('First reply, in minutes').inputValue(), '15');
      await ines.go('/settings/after');
      await field('A customer who writes again gets').selectOption({ label: 'The queue' });
      await isFree();
      await press('Save');
      await saved();
      assert.equal(await field('A customer who writes again gets').inputValue(), 'queue');
      await ines.go('/settings/ratings');
      await isFree();
      await ines.go('/settings/privacy');
      await isFree();
    });

    step('somebody who is invited is at the desk', async () => {
      await ines.go('/settings/agents');
      await field('Their name').fill('Noor');
      await field('Their email').fill('noor@example.com');
      await press('Make a link');
      const link = new URL(await page.locator('#link').innerText());
      await isFree();
      const noor = await Agent.arrive(browser, demo.origin, { javaScriptEnabled });
      await noor.go(link.pathname);
      await noor.page.getByLabel('Password', { exact: true }).fill('a lamp for noor');
      await noor.page.getByLabel('Password again').fill('a lamp for noor');
      await noor.page.getByRole('button', { name: 'Join' }).click();
      await noor.page.locator('.desk__main').waitFor();
      await noor.go('/settings/profile');
      await noor.page.getByLabel('Availability').selectOption('busy');
      await noor.page.getByRole('button', { name: 'Set', exact: true }).click();
      await noor.page.locator('#flash[role=status]').waitFor();
      await noor.page.context().close();
      await ines.go('/settings/agents');
      await page.locator('.line', { hasText: 'noor@example.com' }).getByText('Busy').waitFor();
      assertQuiet(page, /status of 4\d\d/);
    });
  });
}
