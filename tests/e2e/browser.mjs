// One Chromium per test file, contexts per person, and the checks that are the same on every page.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

const SHOTS = fileURLToPath(new URL('./shots/', import.meta.url));
const ACTION_MS_MAX = 10_000;
const POLL_MS = 25;

export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1440, height: 900 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** A browser of one person. `page.problems` fills with everything that went wrong in it unasked. */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(ACTION_MS_MAX);
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  return page;
}

/** Fails if the page reported anything, but for what a test expects. */
export function assertQuiet(page, expected = /^$/) {
  assert.deepEqual(page.problems.filter((problem) => !expected.test(problem)), [], `${page.url()} reported problems`);
}

/** Waits for a condition outside the page; the last value that was truthy. */
export async function until(what, check, within = ACTION_MS_MAX) {
  const end = performance.now() + within;
  for (;;) {
    const value = await check();
    if (value) return value;
    assert.ok(performance.now() < end, `${what} did not happen within ${within} ms`);
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
}

/** Presses a button where no script runs; its form has arrived afterwards, so that looking elsewhere does not take it back. */
export function submit(page, button) {
  return Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), button.click()]);
}

export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png` });
}

/** Fails on every serious or critical finding of axe-core, on the whole page or within a selector. */
export async function assertAccessible(page, name, within) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (root) => {
    const result = await window.axe.run(root ?? document, { resultTypes: ['violations'] });
    return result.violations;
  }, within);
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const told = grave.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => {
    const why = any.map(({ message }) => message).join('; ');
    return `${name}: ${id} (${help}) at ${target.flat().join(' ')} ${why}`;
  }));
  assert.deepEqual(told, [], 'axe-core found barriers');
}

/** Nothing sticks out sideways. */
export async function assertFits(page, name) {
  const { wide, window: inside } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= inside, `${name} is ${wide} px wide in a window of ${inside} px`);
}

/** Tests that build on each other: after one has failed, the rest do not pretend. */
export function steps(test) {
  let broken = null;
  return (name, act) => test(name, async (t) => {
    if (broken) throw new Error(`not reached: "${broken}" failed`);
    broken = name;
    await act(t);
    broken = null;
  });
}
