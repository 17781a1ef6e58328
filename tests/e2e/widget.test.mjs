// The chat on the shop's page, as customers meet it: by mouse, by keyboard, on a phone, offline, in the dark, right to left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from './baton.mjs';
import { PHONE, assertAccessible, assertFits, assertQuiet, launch, shot, until } from './browser.mjs';
import { Visitor } from './visitor.mjs';

const OFFLINE_NOISE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK/;

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

// A visitor of their own for each promise, with the chat open; their page must stay free of errors.
function visiting(promise, options, act, expected) {
  test(promise, { timeout: 90_000 }, async (t) => {
    const visitor = await Visitor.arrive(browser, demo.origin, options);
    try {
      await act(visitor, t);
      assertQuiet(visitor.page, expected);
    } finally {
      await visitor.page.context().close();
    }
  });
}

async function luminance(locator) {
  const colour = await locator.evaluate((node) => getComputedStyle(node).backgroundColor);
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

visiting('a person can be asked for before anything else is said', {}, async (maya) => {
  await maya.open();
  await maya.personButton.click();
  await maya.status('Waiting for a person');
  await until('onHandoff', async () => (await maya.handoffs()).length === 1);
  assert.equal(await maya.personButton.isVisible(), false);
  await shot(maya.page, 'widget-person-first');
});

visiting('a reload keeps the conversation and tells of no handoff twice', {}, async (maya) => {
  await maya.open();
  await maya.ask('How long does delivery take?');
  await maya.personButton.click();
  await until('onHandoff', async () => (await maya.handoffs()).length === 1);
  await until('the notice', async () => (await maya.said('ai')).length === 2);
  const before = [await maya.said('ai'), await maya.said('user')];
  await maya.page.reload();
  await maya.status('Waiting for a person');
  await until('the history', async () => (await maya.said('user')).length === 1);
  assert.deepEqual([await maya.said('ai'), await maya.said('user')], before);
  // Delivered over the new stream: whatever the stream replays has been replayed by then.
  await maya.say('Still here');
  await maya.delivered();
  await maya.page.evaluate(() => window.batonDemo.chat.open());
  assert.deepEqual(await maya.handoffs(), []);
});

visiting('what is written offline goes out once, in order, when the line is back', {}, async (maya) => {
  await maya.open();
  await maya.ask('How long does delivery take?');
  await maya.page.context().setOffline(true);
  await maya.say('First written offline');
  await maya.say('Second written offline');
  await maya.part('problem').filter({ hasText: 'You are offline' }).waitFor();
  await until('two waiting messages', async () => (await maya.part('state').filter({ hasText: 'Sending' }).count()) === 2);
  await shot(maya.page, 'widget-offline');
  await maya.page.context().setOffline(false);
  await maya.delivered();
  await maya.page.reload();
  const expected = ['How long does delivery take?', 'First written offline', 'Second written offline'];
  await until('the stored history', async () => (await maya.said('user')).length >= expected.length);
  assert.deepEqual(await maya.said('user'), expected);
}, OFFLINE_NOISE);

visiting('on a phone the chat fills the screen and nothing sticks out', { viewport: PHONE, hasTouch: true, isMobile: true }, async (maya) => {
  await maya.open();
  await maya.ask('How long does delivery take?');
  assert.deepEqual(await maya.part('panel').boundingBox(), { x: 0, y: 0, ...PHONE });
  assert.equal(await maya.part('panel').getAttribute('aria-modal'), 'true');
  assert.equal(await maya.part('launcher').isVisible(), false);
  const { x, y, width, height } = await maya.part('composer').boundingBox();
  assert.ok(x >= 0 && x + width <= PHONE.width && y + height <= PHONE.height, 'the composer is on the screen');
  await assertFits(maya.page, 'the shop with the chat open');
  await shot(maya.page, 'widget-phone');
  await maya.part('close').click();
  await maya.part('launcher').waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  visiting(`the ${colorScheme} chat has no barriers, closed or open`, { colorScheme }, async (maya) => {
    await assertAccessible(maya.page, `launcher, ${colorScheme}`, 'baton-chat');
    await maya.open();
    await maya.ask('How long does delivery take?');
    await assertAccessible(maya.page, `answer, ${colorScheme}`, 'baton-chat');
    assert.equal(await luminance(maya.part('panel')) < 0.3, colorScheme === 'dark');
    await maya.personButton.click();
    await maya.status('Waiting for a person');
    await assertAccessible(maya.page, `waiting, ${colorScheme}`, 'baton-chat');
    await shot(maya.page, `widget-${colorScheme}`);
  });
}

visiting('in Arabic the chat speaks Arabic and stands on the other side', { locale: 'ar' }, async (maya) => {
  assert.equal(await maya.page.locator('baton-chat').getAttribute('dir'), 'rtl');
  await maya.part('launcher').click();
  await maya.part('panel').waitFor();
  const { x, width } = await maya.part('panel').boundingBox();
  assert.ok(x + width < maya.page.viewportSize().width / 2, 'the panel is on the left');
  const label = await maya.part('input').getAttribute('aria-label');
  assert.match(label, /\p{Script=Arabic}/u);
  await maya.part('input').fill('كم يستغرق التوصيل؟');
  await maya.part('input').press('Enter');
  await maya.hears('user', 'كم يستغرق التوصيل؟');
  await assertAccessible(maya.page, 'right to left', 'baton-chat');
  await shot(maya.page, 'widget-rtl');
});

visiting('everything can be done with the keyboard alone', {}, async (maya) => {
  const { keyboard } = maya.page;
  const focused = () => maya.page.evaluate(() => document.querySelector('baton-chat').shadowRoot.activeElement?.getAttribute('part') ?? null);
  const tabTo = async (part) => {
    for (let stops = 0; stops < 60; stops += 1) {
      if (await focused() === part) return;
      await keyboard.press('Tab');
    }
    assert.fail(`Tab never reached ${part}`);
  };
  await tabTo('launcher');
  await keyboard.press('Enter');
  await maya.part('panel').waitFor();
  assert.equal(await focused(), 'input');
  await keyboard.type('How long does');
  await keyboard.press('Shift+Enter');
  await keyboard.type('delivery take?');
  await keyboard.press('Enter');
  await until('the answer', async () => (await maya.said('ai')).length === 1);
  assert.deepEqual(await maya.said('user'), ['How long does\ndelivery take?']);
  await tabTo('person');
  await keyboard.press('Enter');
  await maya.status('Waiting for a person');
  assert.notEqual(await focused(), null, 'the focus was lost with the button that went away');
  await keyboard.press('Escape');
  await maya.part('panel').waitFor({ state: 'hidden' });
  assert.equal(await focused(), 'launcher');
});

visiting('markup in a message stays text on both sides of the wire', {}, async (maya) => {
  const hostile = '<img src=x onerror="window.ran = true"><b>bold</b> [x](javascript:window.ran=true)';
  await maya.open();
  await maya.say(hostile);
  await maya.delivered();
  await maya.page.reload();
  await maya.hears('user', hostile);
  assert.deepEqual(await maya.said('user'), [hostile]);
  assert.equal(await maya.page.evaluate(() => window.ran), undefined);
});
