// The agent's day: sign in, look through the views, work on conversations. Everything is done twice, with scripts and with
// forms alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo, startEmpty } from './baton.mjs';
import { assertQuiet, launch, person, shot, steps } from './browser.mjs';

const VIEWS = { mine: 'Mine', unassigned: 'Unassigned', ai: 'AI is handling', 'handed-off': 'Handed off', snoozed: 'Snoozed', resolved: 'Resolved', all: 'All' };
const REFUSED = /status of 4\d\d/;

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'with forms alone';

  describe(`a new installation, ${how}`, { timeout: 120_000 }, () => {
    const step = steps(test);
    let baton, page;
    before(async () => {
      baton = await startEmpty();
      page = await person(browser, { javaScriptEnabled });
    });
    after(async () => {
      await page?.context().close();
      await baton?.stop();
    });

    const fill = async (answers) => {
      for (const [label, answer] of Object.entries(answers)) await page.getByLabel(label, { exact: true }).fill(answer);
      await page.getByRole('button', { name: 'Create the desk' }).click();
    };
    const answers = {
      Organisation: 'Lumen & Oak', 'Your name': 'Ines', Email: 'ines@example.com',
      Password: 'lumen and oak', 'Password again': 'lumen and oak',
    };

    step('asks to be set up, whatever page is opened first', async () => {
      await page.goto(`${baton.origin}/inbox`);
      await page.getByRole('heading', { name: 'Set up your support desk' }).waitFor();
      await shot(page, `setup-${javaScriptEnabled ? 'scripts' : 'forms'}`);
    });

    step('says beside the field what is wrong, and keeps the rest', async () => {
      await fill({ ...answers, 'Password again': 'lumen and elm' });
      await page.locator('.field--wrong').first().waitFor();
      assert.equal(await page.getByLabel('Organisation').inputValue(), answers.Organisation);
      assert.equal(await page.getByLabel('Email').inputValue(), answers.Email);
      await fill({ Password: 'short', 'Password again': 'short' });
      await page.locator('.field--wrong').first().waitFor();
    });

    step('is set up once, and then its first administrator is at the desk', async () => {
      await fill(answers);
      await page.getByRole('navigation', { name: 'Views' }).waitFor();
      await page.getByRole('link', { name: 'Settings' }).waitFor();
      await page.goto(`${baton.origin}/setup`);
      assert.equal(await page.getByRole('button', { name: 'Create the desk' }).count(), 0);
      assertQuiet(page, REFUSED);
    });
  });

  describe(`the inbox, ${how}`, { timeout: 180_000 }, () => {
    const step = steps(test);
    let demo, ines;
    before(async () => {
      demo = await startDemo();
      ines = await Agent.arrive(browser, demo.origin, { javaScriptEnabled });
    });
    after(async () => {
      await ines?.page.context().close();
      await demo?.stop();
    });

    step('refuses a wrong password in words and leads to the page that was asked for', async () => {
      await ines.go('/inbox/resolved');
      await ines.page.getByLabel('Email').fill(demo.email);
      await ines.page.getByLabel('Password').fill('not the password');
      await ines.page.getByRole('button', { name: 'Sign in' }).click();
      await ines.page.locator('[role=alert], .field--wrong').first().waitFor();
      assert.equal(await ines.page.getByLabel('Email').inputValue(), demo.email);
      await ines.page.getByLabel('Password').fill(demo.password);
      await ines.page.getByRole('button', { name: 'Sign in' }).click();
      await ines.page.getByRole('heading', { name: 'Resolved', level: 1 }).waitFor();
      assertQuiet(ines.page, REFUSED);
    });

    step('shows every view with its conversations or with what belongs there', async () => {
      for (const [slug, label] of Object.entries(VIEWS)) {
        await ines.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: label }).first().click();
        await ines.page.getByRole('heading', { name: label, level: 1 }).waitFor();
        // The styles say whether the word about none is seen.
        await ines.page.waitForLoadState('load');
        assert.equal(new URL(ines.page.url()).pathname, `/inbox/${slug}`);
        const rows = await ines.rows.count();
        assert.equal(await ines.page.locator('.rows__empty').isVisible(), rows === 0, `${label}: rows or a word about none`);
      }
      await ines.go('/inbox/all');
      assert.ok(await ines.rows.count() >= 5, 'the demo has conversations');
    });

    step('takes over, notes, replies', async () => {
      await ines.go('/inbox/unassigned');
      await ines.rows.first().getByRole('link').click();
      await ines.action('Take over').click();
      await ines.owner.filter({ hasText: 'You' }).waitFor();
      assert.equal(await ines.action('Take over').count(), 0);
      await ines.note('Bought two of these in spring.');
      assert.equal(await ines.item('Bought two of these').locator('[data-voice]').getAttribute('data-voice'), 'note');
      await ines.reply('I am looking into it.');
      assert.equal(await ines.item('I am looking into it.').locator('[data-voice]').getAttribute('data-voice'), 'agent');
      // The stream may show the message before the answer to the form is there.
      await ines.page.waitForFunction(() => document.querySelector('.composer__body')?.value === '');
      await shot(ines.page, `thread-${javaScriptEnabled ? 'scripts' : 'forms'}`);
      const number = new URL(ines.page.url()).pathname.split('/').pop();
      await ines.go('/inbox/mine');
      await ines.page.locator(`#row-${number}`).getByRole('link').click();
    });

    step('assigns to a colleague and takes back', async () => {
      const menu = await ines.menu('Assign');
      await menu.getByLabel('Give it to').selectOption({ label: 'Omar' });
      await menu.getByRole('button', { name: 'Assign' }).click();
      await ines.owner.filter({ hasText: 'Omar' }).waitFor();
      await ines.action('Take over').click();
      await ines.owner.filter({ hasText: 'You' }).waitFor();
    });

    step('snoozes, resolves and reopens', async () => {
      const url = ines.page.url();
      const row = `#row-${new URL(url).pathname.split('/').pop()}`;
      const menu = await ines.menu('Snooze');
      await menu.getByRole('button', { name: 'In 1 hour' }).click();
      await ines.page.locator('.thread__meta').filter({ hasText: 'Until' }).waitFor();
      await ines.go('/inbox/snoozed');
      await ines.page.locator(row).waitFor();
      await ines.page.goto(url);
      await ines.action('Resolve').click();
      await ines.page.locator('.thread__meta').filter({ hasText: 'Resolved' }).waitFor();
      await ines.go('/inbox/resolved');
      await ines.page.locator(row).waitFor();
      await ines.page.goto(url);
      await ines.action('Reopen').click();
      await ines.action('Resolve').waitFor();
      assert.equal(await ines.action('Reopen').count(), 0);
    });

    step('gives back to the AI with a word about what was settled', async () => {
      const menu = await ines.menu('Give back');
      await menu.getByLabel('What should the AI know?').fill('The parcel is on its way.');
      await menu.getByRole('button', { name: 'Give back to the AI' }).click();
      await ines.owner.filter({ hasText: 'AI' }).waitFor();
    });

    step('finds by word, by name and by number, and says so when nothing is found', async () => {
      const find = async (query) => {
        await ines.go('/inbox/all');
        const box = ines.page.getByRole('searchbox');
        await box.fill(query);
        await box.press('Enter');
        await ines.page.waitForURL(/\/inbox\/search/);
      };
      await find('studio');
      assert.ok(await ines.rows.filter({ hasText: 'Priya' }).count() === 1, 'found by a word of the conversation');
      await find('Margit');
      const margit = ines.rows.filter({ hasText: 'Margit' });
      assert.equal(await margit.count(), 1);
      const number = await margit.locator('.row__number').innerText();
      await find(number);
      assert.equal(await ines.rows.filter({ hasText: 'Margit' }).count(), 1);
      await find('zyzzyva');
      assert.equal(await ines.rows.count(), 0);
      await ines.page.getByText('Nothing found').waitFor();
    });

    step('a conversation that does not exist is a page that says what to do', async () => {
      await ines.go('/inbox/conversations/999999');
      await ines.page.getByRole('link', { name: 'Go to the inbox' }).click();
      await ines.page.getByRole('navigation', { name: 'Views' }).waitFor();
    });

    step('signs out, and the desk is closed', async () => {
      await ines.page.getByRole('button', { name: 'Sign out' }).click();
      await ines.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await ines.go('/inbox/mine');
      await ines.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      assertQuiet(ines.page, REFUSED);
    });
  });
}
