// Every page for everybody: screen readers (axe-core), light and dark, a phone, the keyboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo, startEmpty } from './baton.mjs';
import { DESKTOP, PHONE, assertAccessible, assertFits, assertQuiet, launch, person, shot, steps } from './browser.mjs';

const VIEWS = ['mine', 'unassigned', 'ai', 'handed-off', 'snoozed', 'resolved', 'all'];
const SETTINGS = ['channels', 'agents', 'teams', 'handoff', 'handoff/topics', 'handoff/collection', 'handoff/messages', 'handoff/messages?language=ar', 'office-hours',
  'office-hours/new', 'routing', 'waiting', 'notifications', 'after', 'ratings', 'privacy', 'knowledge', 'knowledge/new', 'knowledge/unanswered', 'knowledge/trial',
  'knowledge/import', 'ai', 'phone', 'api-keys', 'channels/new', 'profile'];
// Lists, each of whose first entries has a page of its own.
const LISTS = ['channels', 'phone', 'agents', 'office-hours', 'knowledge'];
const THREADS_MAX = 6;
const ENTRIES_MAX = 6;
const REFUSED = /status of 4\d\d/;

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function atTheDesk(options) {
  const ines = await Agent.arrive(browser, demo.origin, options);
  await ines.signIn(demo);
  return ines;
}

async function threads(ines) {
  await ines.go('/inbox/all');
  const links = await ines.rows.locator('a').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  assert.ok(links.length > 0, 'the demo has conversations');
  return links.slice(0, THREADS_MAX);
}

async function entries(ines, list) {
  await ines.go(`/settings/${list}`);
  const links = await ines.page.locator(`main a[href^="/settings/${list}/"]`).evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  return [...new Set(links)].slice(0, ENTRIES_MAX);
}

async function everyPage(ines) {
  const found = [];
  for (const list of LISTS) found.push(...await entries(ines, list));
  return [...VIEWS.map((view) => `/inbox/${view}`), '/inbox/search?q=lamp', ...await threads(ines),
    ...SETTINGS.map((page) => `/settings/${page}`), ...found, '/reports', '/inbox/conversations/999999'];
}

for (const colorScheme of ['light', 'dark']) {
  for (const [device, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    test(`no page has barriers or sticks out, ${colorScheme}, ${device}`, { timeout: 240_000 }, async () => {
      const ines = await atTheDesk({ colorScheme, viewport });
      const found = [];
      for (const path of await everyPage(ines)) {
        await ines.go(path);
        for (const check of [assertAccessible, assertFits]) {
          await check(ines.page, path).catch((error) => found.push(Array.isArray(error.actual) ? error.actual : error.message));
        }
        await shot(ines.page, `page-${colorScheme}-${device}-${path.replace(/^\/|\?.*/g, '').replace(/\W+/g, '-')}`);
      }
      assert.deepEqual(found.flat(), []);
      assertQuiet(ines.page, REFUSED);
      await ines.page.context().close();
    });
  }

  test(`the doors have no barriers, ${colorScheme}`, { timeout: 120_000 }, async () => {
    const empty = await startEmpty();
    const page = await person(browser, { colorScheme });
    for (const [name, url] of [['sign-in', `${demo.origin}/inbox`], ['set-up', `${empty.origin}/setup`], ['shop', `${demo.origin}/shop`]]) {
      await page.goto(url);
      await assertAccessible(page, name);
      await shot(page, `page-${colorScheme}-${name}`);
    }
    await page.context().close();
    await empty.stop();
  });
}

test('the checks see what they are there to see', { timeout: 60_000 }, async () => {
  const page = await person(browser, { viewport: PHONE });
  await page.goto(`${demo.origin}/shop`);
  await page.locator('baton-chat [part~=launcher]').waitFor();
  await page.evaluate(() => document.querySelector('baton-chat').shadowRoot.append(document.createElement('button')));
  await assert.rejects(assertAccessible(page, 'a button without a name in the chat', 'baton-chat'), /barriers/);
  await page.evaluate(() => { document.body.style.width = '800px'; });
  await assert.rejects(assertFits(page, 'a wide page'), /wide/);
  await page.evaluate(() => console.error('unasked'));
  assert.throws(() => assertQuiet(page), /problems/);
  await page.context().close();
});

test('on a phone the list and the thread are two screens', { timeout: 60_000 }, async () => {
  const ines = await atTheDesk({ viewport: PHONE, hasTouch: true, isMobile: true });
  await ines.go('/inbox/all');
  await ines.rows.first().getByRole('link').click();
  await ines.thread.waitFor();
  assert.equal(await ines.rows.first().isVisible(), false);
  const { y, height } = await ines.body.boundingBox();
  assert.ok(y + height <= PHONE.height, 'the composer is on the screen');
  await ines.page.getByRole('link', { name: 'Back to the list' }).click();
  await ines.rows.first().waitFor();
  await ines.page.getByRole('button', { name: 'Views and settings' }).click();
  await ines.page.getByRole('link', { name: 'Snoozed' }).click();
  await ines.page.getByRole('heading', { name: 'Snoozed', level: 1 }).waitFor();
  await ines.page.context().close();
});

describe('by keyboard', { timeout: 90_000 }, () => {
  const step = steps(test);
  let ines, page, keyboard;
  const focused = (selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);

  before(async () => {
    ines = await atTheDesk();
    ({ page } = ines);
    ({ keyboard } = page);
  });
  after(() => page?.context().close());

  step('j and k walk the list, Enter opens', async () => {
    await ines.go('/inbox/unassigned');
    await ines.listens();
    await keyboard.press('j');
    await focused('#rows > li:first-child a');
    await keyboard.press('j');
    await focused('#rows > li:nth-child(2) a');
    await keyboard.press('k');
    await focused('#rows > li:first-child a');
    await keyboard.press('Enter');
    await ines.thread.waitFor();
    await ines.listens();
  });

  step('t takes over, r replies, Ctrl and Enter send', async () => {
    await keyboard.press('t');
    await ines.owner.filter({ hasText: 'You' }).waitFor();
    await page.locator('#main').focus();
    await keyboard.press('r');
    await focused('.composer__body');
    await keyboard.type('j is a letter here, not a shortcut');
    await keyboard.press('Control+Enter');
    await ines.item('j is a letter here, not a shortcut').waitFor();
  });

  step('n writes a note', async () => {
    await page.locator('#main').focus();
    await keyboard.press('n');
    await focused('.composer__body');
    assert.equal(await page.getByRole('radio', { name: 'Note' }).isChecked(), true);
    await keyboard.type('Only for us');
    await keyboard.press('Control+Enter');
    await ines.item('Only for us').locator('[data-voice=note]').waitFor();
  });

  step('s, a and b open their menus, Escape closes them', async () => {
    for (const [key, words] of [['s', 'Snooze'], ['a', 'Assign'], ['b', 'Give back']]) {
      await page.locator('#main').focus();
      await keyboard.press(key);
      const menu = page.locator('details.menu[open]', { hasText: words });
      await menu.waitFor();
      await keyboard.press('Escape');
      await menu.waitFor({ state: 'detached' });
    }
  });

  step('e resolves, / searches, ? explains, g goes', async () => {
    await page.locator('#main').focus();
    await keyboard.press('e');
    await page.locator('.thread__meta').filter({ hasText: 'Resolved' }).waitFor();
    await page.locator('#main').focus();
    await keyboard.press('/');
    await focused('#search');
    await page.locator('#main').focus();
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await assertAccessible(page, 'the keyboard shortcuts');
    await keyboard.press('Escape');
    await keyboard.press('g');
    await keyboard.press('h');
    await page.getByRole('heading', { name: 'Handed off', level: 1 }).waitFor();
    assertQuiet(page);
  });
});
