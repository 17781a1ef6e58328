// Ines closes her inbox and is told of a handoff all the same: by a push service of this machine, which stands in for the one a
// browser without a network can not reach, and by the browser's own service worker.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertFits, assertQuiet, DESKTOP, launch, PHONE, shot, steps, submit, until } from './browser.mjs';
import { assertSigned, startPushService, subscriber } from './push_service.mjs';
import { Visitor } from './visitor.mjs';

const PROFILE = '/settings/profile';

let demo, browser, service;

before(async () => {
  service = await startPushService();
  demo = await startDemo({ BATON_ALLOW_PRIVATE_ADDRESSES: 'true' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
  await service?.stop();
});

async function arrive(options) {
  const ines = await Agent.arrive(browser, demo.origin, options);
  await ines.signIn(demo);
  return ines;
}

// What a browser does between "subscribe" and its service can not be had without a network; everything else is its own.
function standIn(subscription) {
  let current = null;
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 87) throw new DOMException('', 'InvalidAccessError');
    sessionStorage.setItem('subscribed', 'yes');
    current = made();
    return current;
  };
  const made = () => ({
    ...subscription,
    toJSON: () => subscription,
    unsubscribe: async () => { sessionStorage.removeItem('subscribed'); current = null; return true; },
  });
  if (sessionStorage.getItem('subscribed')) current = made();
}

test('a browser is added, tested, told of a handoff, shows it, and is removed', { timeout: 120_000 }, async (t) => {
  const step = steps(t.test.bind(t));
  const ines = await arrive();
  const { page } = ines;
  const context = page.context();
  const { subscription, read } = subscriber(`${service.origin}/ines`);
  await context.grantPermissions(['notifications'], { origin: demo.origin });
  await page.addInitScript(standIn, subscription);
  const panel = page.getByRole('region', { name: 'Notices while the inbox is closed' });
  let key, told;

  await step('the profile page offers this browser, and takes it', async () => {
    await ines.go(PROFILE);
    await panel.getByText('This browser is not notified.').waitFor();
    key = await panel.locator('form#notify-browser').getAttribute('data-key');
    await panel.getByRole('button', { name: 'Notify this browser' }).click();
    await page.locator('#flash', { hasText: 'is notified from now on' }).waitFor();
    await panel.getByText('This browser is notified.').waitFor();
    await panel.getByText('(this browser)').waitFor();
    assert.equal(await panel.getByRole('button', { name: 'Notify this browser' }).count(), 0);
    await assertAccessible(page, 'the profile');
    for (const [name, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
      await page.setViewportSize(viewport);
      await assertFits(page, `the profile on a ${name}`);
      await panel.scrollIntoViewIfNeeded();
      await shot(page, `profile-browsers-${name}`);
    }
    await page.setViewportSize(DESKTOP);
  });

  await step('a test arrives at the service, sealed for this browser and signed by this installation', async () => {
    await panel.getByRole('button', { name: /^Send a test/ }).click();
    await page.locator('#flash', { hasText: 'A test is on its way' }).waitFor();
    const pushed = service.arrived.pop();
    assertSigned(pushed, service.origin, key);
    assert.equal(JSON.parse(read(pushed)).title, 'Baton reaches this browser');
  });

  await step('a handoff that nobody has noticed arrives as soon as the page of the settings says', async () => {
    await ines.go('/settings/notifications');
    await page.getByLabel('Minutes after the handoff').fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#flash[role=status]').waitFor();
    await assertAccessible(page, 'the notifications');
    // Nobody else is in the inbox; and the demo's own handoffs that nobody has seen are told as well.
    service.arrived.length = 0;
    const maya = await Visitor.arrive(browser, demo.origin);
    await maya.open();
    await maya.say('The oak table wobbles');
    await maya.personButton.click();
    await maya.status('Waiting for a person');
    await until('the notice', () => service.arrived.length > 0);
    told = read(service.arrived[0]);
    assert.match(JSON.parse(told).body, /asked for a person/);
    assert.ok(!told.includes('wobbles'), 'not what the customer wrote');
    await maya.page.context().close();
  });

  await step('the service worker shows it, one for each conversation, and a click opens the conversation', async () => {
    // The browser's own way from its service to here loses one in some dozens, so the event is made where it arrives.
    const worker = context.serviceWorkers()[0] ?? await context.waitForEvent('serviceworker');
    const deliver = (data) => worker.evaluate((data) => { self.dispatchEvent(new PushEvent('push', { data })); }, data);
    const shown = () => page.evaluate(async () => {
      const own = await navigator.serviceWorker.getRegistration('/inbox');
      return (await own.getNotifications()).map(({ title, body, data }) => ({ title, body, url: data.url }));
    });
    await deliver(told);
    await until('a notice on the screen', async () => (await shown()).length === 1);
    const [notice] = await shown();
    assert.match(notice.title, /needs a person$/);
    assert.match(notice.url, /^\/inbox\/conversations\/\d+$/);
    await deliver(JSON.stringify({ ...JSON.parse(told), body: 'still waits' }));
    await until('the later one in its place', async () => (await shown())[0]?.body === 'still waits');
    assert.equal((await shown()).length, 1);
    await deliver('no JSON at all');
    await until('something to read', async () => (await shown()).length === 2);

    const opened = await worker.evaluate(async (tag) => {
      const places = [];
      self.clients.openWindow = async (place) => { places.push(place); };
      const notices = await self.registration.getNotifications({ tag });
      for (const url of [null, 'https://elsewhere.example/trap']) {
        if (url) await self.registration.showNotification('x', { tag, data: { url } });
        const [notification] = url ? await self.registration.getNotifications({ tag }) : notices;
        self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
        await new Promise((resolve) => { setTimeout(resolve, 200); });
      }
      return places;
    }, JSON.parse(told).tag);
    assert.deepEqual(opened, [`${demo.origin}${notice.url}`, `${demo.origin}/inbox`], 'only places on this site');
  });

  await step('it is removed, and nothing more arrives', async () => {
    await ines.go(PROFILE);
    await panel.getByRole('button', { name: /^Remove/ }).click();
    await page.locator('#flash', { hasText: 'is not notified any more' }).waitFor();
    await panel.getByText('This browser is not notified.').waitFor();
    assertQuiet(page);
  });
});

test('a browser that can not be notified is told why', { timeout: 60_000 }, async () => {
  const cases = [
    [() => { delete window.PushManager; }, /can not be notified while the page is closed/],
    [() => { Object.defineProperty(window, 'isSecureContext', { value: false }); }, /not opened over https/],
    [() => { Object.defineProperty(Notification, 'permission', { value: 'denied' }); }, /blocked in this browser/],
  ];
  for (const [lack, words] of cases) {
    const ines = await arrive();
    await ines.page.addInitScript(lack);
    await ines.go(PROFILE);
    await ines.page.locator('[data-state]', { hasText: words }).waitFor();
    assert.ok(await ines.page.getByRole('button', { name: 'Notify this browser' }).isHidden());
    await ines.page.context().close();
  }
});

test('without scripts the list is there and its browsers can be removed', { timeout: 60_000 }, async () => {
  const withScripts = await arrive();
  const { subscription } = subscriber(`${service.origin}/plain`);
  await withScripts.page.context().grantPermissions(['notifications'], { origin: demo.origin });
  await withScripts.page.addInitScript(standIn, subscription);
  await withScripts.go(PROFILE);
  await withScripts.page.getByRole('button', { name: 'Notify this browser' }).click();
  await withScripts.page.locator('#flash', { hasText: 'is notified from now on' }).waitFor();
  const ines = await arrive({ javaScriptEnabled: false });
  await ines.go(PROFILE);
  await ines.page.getByText('Adding this browser needs JavaScript').waitFor();
  await submit(ines.page, ines.page.getByRole('button', { name: /^Remove/ }));
  await ines.page.locator('#flash', { hasText: 'is not notified any more' }).waitFor();
  assert.equal(await ines.page.getByRole('button', { name: /^Remove/ }).count(), 0);
});
