// Every control of every settings page is set to something else, saved, and seen again on the page as it was set: with scripts and
// with forms alone. What the settings do to a conversation is told in the other files.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Agent } from './agent.mjs';
import { startDemo } from './baton.mjs';
import { assertAccessible, assertQuiet, launch, submit } from './browser.mjs';

// A page, or a link that leads to it from another one; and what may stand in its fields that not every text may.
const PAGES = [
  ['/settings/handoff'],
  ['/settings/handoff/topics', { message: '' }],
  ['/settings/handoff/collection', { kind: 'order' }],
  ['/settings/handoff/messages', { person_joined: '{agent} is here' }],
  ['/settings/routing', { topics: 'refunds', languages: 'de', attribute: 'plan', value: 'pro' }],
  ['/settings/waiting'],
  ['/settings/after', { hand_back: 'after_idle', second_try: true }],
  ['/settings/notifications'],
  ['/settings/ratings'],
  ['/settings/privacy'],
  ['/settings/ai', { enabled: false, base_url: 'https://models.example/v1', model: 'm', deadline_s: '9', deadline: '8', input_price: '2.50', output_price: '3.75', actions: '' }],
  ['/settings/teams'],
  ['/settings/office-hours/new', { zone: 'Europe/Madrid', from: '09:00', to: '17:00', name: 'Elsewhere', first: '0', last: '4', date: '2027-12-24', until: '2027-12-26', opens: '10:00', closes: '11:00' }],
  ['/settings/profile', { theme: 'dark' }],
  ['/settings/channels Shop chat', { allowed_origins: 'https://shop.example', colour: '#224466' }],
  ['/settings/phone Phone', { language: 'en-GB', languages: 'de-DE', numbers: '+15550100999 | Front desk | always', time_zone: 'Europe/Madrid' }],
  ['/settings/agents Omar'],
];

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(`every setting, ${javaScriptEnabled ? 'with scripts' : 'with forms alone'}`, { timeout: 240_000 }, () => {
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

    const path = async (place) => {
      const [list, ...name] = place.split(' ');
      if (name.length === 0) return list;
      await ines.go(list);
      return page.locator(`main a[href^="${list}/"]`, { hasText: name.join(' ') }).first().getAttribute('href');
    };

    for (const [place, wanted = {}] of PAGES) {
      test(place, async () => {
        const at = await path(place);
        const open = async (url) => {
          await ines.go(url);
          await page.locator('main details').evaluateAll((all) => all.forEach((details) => { details.open = true; }));
        };
        await open(at);
        const form = page.locator('main form[method=post]', { has: page.getByRole('button', { name: 'Save', exact: true }) }).first();
        const set = await form.evaluate(setEverything, wanted);
        assert.ok(set.changed > 0, 'something was changed');
        await submit(page, form.getByRole('button', { name: 'Save', exact: true }));
        const refused = await page.locator('[aria-invalid=true], .field__error, [role=alert]').allInnerTexts();
        await page.locator('#flash[role=status]').waitFor().catch(() => assert.fail(`not saved: ${refused.join(' | ')}`));
        const saved = place.endsWith('/new') ? new URL(page.url()).pathname : at;
        await open(saved);
        const seen = await form.evaluate(values);
        const left = seen.map(String);
        // A page may have new empty rows behind what was written in the last ones.
        const lost = set.values.map(String).filter((value) => !left.includes(value) || left.splice(left.indexOf(value), 1).length === 0);
        assert.deepEqual(lost, [], `of ${left.join(' ')}`);
        if (javaScriptEnabled) await assertAccessible(page, place);
      });
    }

    test('nothing failed on the way', () => assertQuiet(page));
  });
}

// These run in the page. A password is never shown again, and "remove" is no setting.
function values(form) {
  const told = [...form.elements].filter(({ name, type }) => name && !/^remove/.test(name) && !/hidden|password|file|submit|button/.test(type));
  return told.map(({ name, type, checked, value }) => [name, /checkbox|radio/.test(type) ? checked : value]);
}

function setEverything(form, wanted) {
  const told = [...form.elements].filter(({ name, type }) => name && !/^remove/.test(name) && !/hidden|password|file|submit|button/.test(type));
  const now = () => told.map(({ name, type, checked, value }) => [name, /checkbox|radio/.test(type) ? checked : value]);
  const after = (list, chosen) => list[(list.findIndex(chosen) + 1) % list.length];
  const number = ({ value, min, max }) => {
    const next = value === '' ? Math.max(Number(min), 1) : Number(value) + 1;
    return String(max !== '' && next > Number(max) ? min : next);
  };
  const text = ({ value }) => (/^\d+$/.test(value) ? String(Number(value) + 1) : `${value} too`.trim());
  const set = {
    checkbox: (one, asked) => { one.checked = asked ?? !one.checked; },
    radio: (one) => {
      const group = told.filter(({ type, name }) => type === 'radio' && name === one.name);
      if (one === group[0]) after(group.toReversed(), ({ checked }) => checked).checked = true;
    },
    'select-one': (one, asked) => {
      one.value = asked ?? after([...one.options].filter(({ disabled }) => !disabled), ({ selected }) => selected).value;
    },
    number: (one, asked) => { one.value = asked ?? number(one); },
  };
  const before = now();
  for (const one of told) {
    const asked = wanted[one.name] ?? wanted[one.name.replace(/[-:].*/, '')];
    (set[one.type] ?? ((any) => { any.value = asked ?? text(any); }))(one, asked);
  }
  const written = now();
  return { changed: written.filter(([, value], at) => value !== before[at][1]).length, values: written };
}
