// The newcomer's path: a phone in the sandbox texts the company, and the conversation arrives in the inbox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { PHONE, assertAccessible, assertQuiet, launch, person, shot } from './browser.mjs';

// A refused form is one of the steps.
const REFUSED = /status of 422/;

let demo, browser, robin, ines;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  ines = await Agent.arrive(browser, demo.origin);
  await ines.signIn(demo);
  robin = await person(browser);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const said = (page) => page.locator('.sms--theirs');

async function write(page, text) {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

for (const [app, label] of [['sms', 'Messages'], ['whatsapp', 'WhatsApp']]) {
  test(`a newcomer is answered by the AI and then by a person: ${label}`, { timeout: 120_000 }, async () => {
    await robin.goto(`${demo.origin}/sandbox?app=${app}`);
    await write(robin, 'How long does delivery take?');
    await said(robin).first().waitFor();
    assert.match(await said(robin).first().innerText(), /working day/);
    await write(robin, 'I would like to talk to a human please');
    await said(robin).nth(1).waitFor();

    await ines.go('/inbox/unassigned');
    await ines.rows.first().locator('a').first().click();
    await ines.page.locator('.composer__body').fill('Ines here. How can I help?');
    await ines.page.getByRole('button', { name: 'Send', exact: true }).click();
    await said(robin).filter({ hasText: 'Ines here.' }).waitFor();
    if (app === 'whatsapp') await ines.page.getByText('Free replies for').waitFor();
    await Promise.all([shot(robin, `sandbox-${app}`), shot(ines.page, `sandbox-${app}-inbox`)]);
    assertQuiet(robin);
    assertQuiet(ines.page);
  });
}

test('the sandbox fits a small screen and switches faults without scripts', { timeout: 60_000 }, async () => {
  const small = await person(browser, { viewport: PHONE, colorScheme: 'dark', javaScriptEnabled: false });
  await small.goto(`${demo.origin}/sandbox`);
  const wide = await small.evaluate(() => document.documentElement.scrollWidth).catch(() => PHONE.width);
  assert.ok(wide <= PHONE.width, `${wide} pixels wide`);
  const fault = small.getByRole('button', { name: 'Provider down' });
  await fault.click();
  assert.equal(await fault.getAttribute('aria-pressed'), 'true');
  await fault.click();
  assert.equal(await fault.getAttribute('aria-pressed'), 'false');
  await small.context().close();
});

test('a newcomer writes a mail, is answered by the AI and then by a person, with a copy to somebody', { timeout: 120_000 }, async () => {
  await robin.goto(`${demo.origin}/sandbox/mail`);
  const theirs = robin.locator('.letter--theirs');
  await robin.getByLabel('Subject', { exact: true }).fill('Delivery');
  await robin.getByLabel('Mail', { exact: true }).fill('Hello, how long does delivery take?');
  await robin.getByRole('button', { name: 'Send', exact: true }).click();
  await theirs.first().waitFor();
  assert.match(await theirs.first().innerText(), /working day/);
  await robin.getByLabel('Reply to Re: Delivery').fill('I would like to talk to a human please');
  await robin.getByRole('button', { name: 'Reply', exact: true }).first().click();
  await theirs.nth(1).waitFor();

  await ines.go('/inbox/unassigned');
  await ines.rows.first().locator('a').first().click();
  const page = ines.page;
  const head = page.locator('.mailhead');
  await head.getByText('maya@customer.example').first().waitFor();
  assert.match(await head.locator('summary').innerText(), /Re: Delivery/);
  await head.locator('summary').click();
  await page.getByLabel('Cc', { exact: true }).fill('omar');
  await page.locator('.composer__body').fill('Ines here. How can I help?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('“omar” under Cc is not an email address').waitFor();
  await page.getByLabel('Cc', { exact: true }).fill('omar@work.example, otto@work.example');
  await page.getByLabel('Subject', { exact: true }).fill('Your delivery');
  assert.match(await head.locator('summary').innerText(), /2 Cc\s+Your delivery/, 'folded, it says the same');
  await assertAccessible(page, 'the head of a mail', '.composer');
  await shot(page, 'sandbox-mail-composer');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await theirs.filter({ hasText: 'Ines here.' }).waitFor();
  assert.match(await theirs.filter({ hasText: 'Ines here.' }).innerText(), /Your delivery/);
  await page.getByText('Copy to').waitFor();
  await Promise.all([shot(robin, 'sandbox-mail'), shot(page, 'sandbox-mail-inbox')]);

  await page.getByRole('link', { name: 'Show original' }).first().click();
  await page.frameLocator('.original__frame').getByText('how long does delivery take').waitFor();
  await shot(page, 'original-mail');
  assertQuiet(robin);
  assertQuiet(page, REFUSED);
});

test('two customers are merged and parted', { timeout: 60_000 }, async () => {
  const { page } = ines;
  await ines.go('/inbox/all');
  await ines.rows.filter({ hasText: 'Maya Lind' }).first().locator('a').first().click();
  await page.getByRole('link', { name: 'Merge with another customer' }).click();
  await page.getByLabel('Name, email address or phone number').fill('hannah');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('link', { name: /Hannah/ }).click();
  await page.getByText('Both have proved different email addresses.').waitFor();
  await assertAccessible(page, 'the comparison of two customers');
  await shot(page, 'merge');
  await page.getByRole('button', { name: 'Merge them' }).click();
  await page.getByRole('heading', { name: 'Merged with' }).waitFor();
  await shot(page, 'merged');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('They are two customers again.').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Merged with' }).count(), 0);
  assertQuiet(page, REFUSED);
});

test('the composer counts segments, and outside the window offers templates', { timeout: 60_000 }, async () => {
  const { page } = ines;
  await ines.go('/inbox/all');
  await ines.rows.filter({ hasText: 'SMS' }).first().locator('a').first().click();
  await page.locator('.composer__body').fill('Hi');
  await page.getByText('1 segment', { exact: false }).waitFor();
  await page.locator('.composer__body').fill(`Ines here 👍${'x'.repeat(70)}`);
  await page.getByText(/2 segments \(special characters\)/).waitFor();
  // Lucía wrote a day ago and more.
  await ines.go('/inbox/all');
  await ines.rows.filter({ hasText: 'Lucía' }).first().locator('a').first().click();
  await page.getByText('has not written for 24 hours').waitFor();
  await page.getByRole('link', { name: 'Send a template' }).click();
  await page.getByText('there is news about your order').waitFor();
  await shot(page, 'templates');
  assertQuiet(page, REFUSED);
});
