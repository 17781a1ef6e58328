// Ines, the agent: her inbox, by the roles and labels she sees.
import { person } from './browser.mjs';

export class Agent {
  static async arrive(browser, origin, options) {
    return new Agent(await person(browser, options), origin);
  }

  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
  }

  go(path) {
    return this.page.goto(`${this.origin}${path}`);
  }

  async signIn({ email, password }) {
    await this.go('/inbox');
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.locator('.desk__main').waitFor();
  }

  /** Shortcuts work once their script has shown the button that explains them. */
  listens() {
    return this.page.locator('#shortcuts-open:not([hidden])').waitFor({ state: 'attached' });
  }

  get rows() {
    return this.page.locator('#rows > li');
  }

  async rowIds() {
    return new Set(await this.rows.evaluateAll((rows) => rows.map((row) => row.id)));
  }

  get thread() {
    return this.page.locator('section.thread');
  }

  get card() {
    return this.page.locator('details.card');
  }

  get owner() {
    return this.page.locator('.thread__head .owner');
  }

  get body() {
    return this.page.locator('.composer__body');
  }

  action(name) {
    return this.page.getByRole('group', { name: 'Actions' }).getByRole('button', { name, exact: true });
  }

  /** Opens one of the menus beside the title ("Assign", "Snooze", "Give back"). */
  async menu(name) {
    const menu = this.page.locator('.actions details.menu', { has: this.page.locator('summary', { hasText: name }) });
    await menu.locator('summary').click();
    return menu.locator('.menu__panel');
  }

  item(text) {
    return this.page.locator('.timeline .item', { hasText: text });
  }

  async reply(text) {
    await this.page.getByRole('radio', { name: 'Reply' }).check({ force: true });
    await this.body.fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
    await this.item(text).waitFor();
  }

  async note(text) {
    await this.page.getByRole('radio', { name: 'Note' }).check({ force: true });
    await this.body.fill(text);
    await this.page.getByRole('button', { name: 'Add note' }).click();
    await this.item(text).waitFor();
  }
}
