// The newcomer's path: a phone in the sandbox texts the company, and the conversation arrives in the inbox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { PHONE, assertQuiet, launch, person, shot } from './browser.mjs';

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
