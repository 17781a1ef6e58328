// Maya, the customer: the shop's page and the chat on it.
import { person, until } from './browser.mjs';

const ANSWER_MS_MAX = 15_000;
const SPOKEN = ':not([data-id^="opening-"]):not([aria-hidden])';

export class Visitor {
  static async arrive(browser, origin, options) {
    const visitor = new Visitor(await person(browser, options));
    await visitor.page.goto(`${origin}/shop`);
    await visitor.part('launcher').waitFor();
    return visitor;
  }

  constructor(page) {
    this.page = page;
  }

  part(name) {
    return this.page.locator(`baton-chat [part~="${name}"]`);
  }

  get input() {
    return this.page.getByRole('textbox', { name: 'Write a message' });
  }

  get personButton() {
    return this.page.getByRole('button', { name: 'Talk to a person' });
  }

  async open() {
    await this.page.getByRole('button', { name: 'Chat with us' }).click();
    await this.part('panel').waitFor();
  }

  async say(text) {
    const before = (await this.said('user')).length;
    await this.input.fill(text);
    await this.input.press('Enter');
    await until(`"${text}" in the log`, async () => (await this.said('user')).length > before);
  }

  /** Says something and waits for one more message of the AI than before; the text of it. */
  async ask(text) {
    const before = (await this.said('ai')).length;
    await this.say(text);
    const answers = await until(`an answer to "${text}"`, async () => {
      const said = await this.said('ai');
      return said.length > before && said;
    }, ANSWER_MS_MAX);
    return answers[before];
  }

  /** The texts one side has said, oldest first; an answer still being written does not count. */
  said(kind) {
    return this.page.locator(`baton-chat [part~="message"][part~="${kind}"]${SPOKEN} [part~="bubble"]`).allInnerTexts();
  }

  /** Who spoke, in order. */
  order() {
    const rows = this.page.locator(`baton-chat [part~="message"]${SPOKEN}`);
    return rows.evaluateAll((found) => found.map((row) => row.getAttribute('part').split(' ').pop()));
  }

  async hears(kind, text) {
    await this.page.locator(`baton-chat [part~="message"][part~="${kind}"]${SPOKEN}`, { hasText: text }).last().waitFor();
  }

  /** Nothing of the visitor's own is still on its way. */
  delivered() {
    return until('delivery of what the visitor wrote', async () => {
      const states = await this.part('state').allInnerTexts();
      return states.every((state) => state === 'Sent');
    });
  }

  status(words) {
    return this.part('status').filter({ hasText: words }).waitFor();
  }

  handoffs() {
    return this.page.evaluate(() => window.batonDemo.handoffs);
  }
}
