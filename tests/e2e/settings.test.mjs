// The administrator's pages. Everything is done twice, with scripts and with forms alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, shot, steps } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const REFUSED = /status of 4\d\d/;

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(`the settings, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 180_000 }, () => {
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

    // A field that may stay empty says so in its label.
    const field = (label) => page.getByLabel(new RegExp(`^${label}( optional)?$`));
    const typed = async (label) => (await field(label).inputValue()).trim();
    const press = (name) => page.getByRole('button', { name, exact: true }).first().click();
    const saved = () => page.locator('#flash[role=status]').waitFor();
    const wrong = (label) => page.locator('.field--wrong', { hasText: label }).first().waitFor();
    const openWebChat = async () => {
      await ines.go('/settings/channels');
      await page.locator('.line', { hasText: 'Web chat' }).getByRole('link').first().click();
    };

    step('every page is reached by its tab', async () => {
      await page.getByRole('link', { name: 'Settings' }).click();
      const tabs = page.getByRole('navigation', { name: 'Settings', exact: true }).getByRole('link');
      await tabs.first().waitFor();
      const names = await tabs.allInnerTexts();
      assert.ok(names.length >= 6, `only ${names.join(', ')}`);
      for (const [index, name] of names.entries()) {
        await tabs.nth(index).click();
        await page.locator('.tabs [aria-current=page]', { hasText: name }).waitFor();
        await assertFits(page, name);
        // The checks are a script of their own.
        if (javaScriptEnabled) await assertAccessible(page, name);
      }
    });

    step('on a phone the pages are behind one button, in groups', async () => {
      await page.setViewportSize(PHONE);
      await ines.go('/settings/channels');
      await page.locator('.sections-opener').click();
      const pages = page.getByRole('navigation', { name: 'Settings', exact: true });
      await pages.getByText('AI and handoff', { exact: true }).waitFor();
      if (javaScriptEnabled) await assertAccessible(page, 'the pages on a phone');
      await pages.getByRole('link', { name: 'Routing' }).click();
      await page.getByRole('heading', { name: 'Routing', level: 1 }).waitFor();
      await assertFits(page, 'routing on a phone');
      await page.setViewportSize(DESKTOP);
    });

    step('the web chat greets with the words that were saved', async () => {
      await openWebChat();
      await field('Greeting').fill('Good day, how can we help?');
      await press('Save');
      await saved();
      await openWebChat();
      assert.equal(await typed('Greeting'), 'Good day, how can we help?');
      const maya = await Visitor.arrive(browser, demo.origin);
      await maya.open();
      await maya.page.getByText('Good day, how can we help?').waitFor();
      await maya.page.context().close();
    });

    step('a site that is no address is refused beside the field, and stays as it was typed', async () => {
      await field('Allowed sites').fill('not an address');
      await press('Save');
      await wrong('Allowed sites');
      assert.equal(await typed('Allowed sites'), 'not an address');
    });

    step('a new agent can sign in, may not change settings, and is out when deactivated', async () => {
      await ines.go('/settings/agents');
      await page.locator('summary', { hasText: 'Add an agent with a password' }).click();
      await field('Name').fill('Noor');
      await field('Email').fill('noor@example.com');
      await field('First password').fill('a lamp for noor');
      await press('Add');
      await page.locator('.line', { hasText: 'noor@example.com' }).waitFor();
      const noor = await Agent.arrive(browser, demo.origin, { javaScriptEnabled });
      await noor.signIn({ email: 'noor@example.com', password: 'a lamp for noor' });
      assert.equal(await noor.page.getByRole('link', { name: 'Settings' }).count(), 0);
      assert.equal((await noor.go('/settings/agents')).status(), 403);
      await page.locator('.line', { hasText: 'noor@example.com' }).getByRole('link').click();
      await page.locator('summary', { hasText: 'Deactivate' }).click();
      await press('Deactivate');
      await saved();
      await noor.go('/inbox/mine');
      await noor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await noor.page.context().close();
    });

    step('an address that is taken is refused beside the field', async () => {
      await ines.go('/settings/agents');
      await page.locator('summary', { hasText: 'Add an agent with a password' }).click();
      await field('Name').fill('Another Ines');
      await field('Email').fill(demo.email);
      await field('First password').fill('a lamp for ines');
      await press('Add');
      await wrong('Email');
      assert.equal(await typed('Name'), 'Another Ines');
      assert.equal(await typed('First password'), '', 'a password is never sent back');
    });

    step('a team is added and its members kept', async () => {
      await ines.go('/settings/teams');
      await page.locator('section', { hasText: 'Add a team' }).getByLabel('Name').fill('Billing');
      await press('Add');
      const team = page.locator('details.fold', { hasText: 'Billing' });
      await team.locator('summary').first().click();
      await team.getByRole('checkbox', { name: 'Omar' }).check();
      await team.getByRole('button', { name: 'Save' }).click();
      await team.locator('summary', { hasText: '1 person' }).waitFor();
    });

    step('an article is written, answers customers at once, and is forgotten when deleted', async () => {
      await ines.go('/settings/knowledge');
      await page.getByRole('link', { name: 'New article' }).click();
      await field('Title').fill('Do you repair gramophones?');
      await field('Text').fill('Yes, we repair gramophones. Bring yours to the workshop on any Friday afternoon.');
      await field('Published').check({ force: true });
      await press('Save');
      await saved();
      const maya = await Visitor.arrive(browser, demo.origin);
      await maya.open();
      assert.match(await maya.ask('Do you repair gramophones?'), /Friday/);
      await maya.page.context().close();
      await ines.go('/settings/knowledge?q=gramophones');
      await page.getByRole('link', { name: 'Do you repair gramophones?' }).click();
      await page.locator('summary', { hasText: 'Delete this article' }).click();
      await press('Delete for good');
      await saved();
      await ines.go('/settings/knowledge?q=gramophones');
      assert.equal(await page.getByRole('link', { name: 'Do you repair gramophones?' }).count(), 0);
    });

    step('an API key is shown once and can be revoked', async () => {
      await ines.go('/settings/api-keys');
      await field('What is it for\\?').fill('Nightly export');
      await press('Make a key');
      assert.match(await page.locator('#secret').innerText(), /^baton_\S{20,}$/);
      await ines.go('/settings/api-keys');
      assert.equal(await page.locator('#secret').count(), 0);
      await page.locator('summary', { hasText: 'Nightly export' }).click();
      await press('Revoke for good');
      await saved();
      assert.equal(await page.locator('summary', { hasText: 'Nightly export' }).count(), 0);
    });

    step('the profile keeps colours, and a password needs the former one', async () => {
      await ines.go('/settings/profile');
      await field('Colours').selectOption({ label: 'Dark' });
      await press('Save');
      await saved();
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
      await shot(page, `profile-${javaScriptEnabled ? 'scripts' : 'forms'}`);
      const change = async (current) => {
        await field('Current password').fill(current);
        await field('New password').fill('a better password');
        await field('New password again').fill('a better password');
        await press('Change password');
      };
      await change('not the password');
      await wrong('Current password');
      await change(demo.password);
      await saved();
      assertQuiet(page, REFUSED);
    });
  });
}
