// window.mjs -- a window of VS Code as a person uses it: by keys, and by what is on
// the screen.  Nothing here waits for a time; everything waits for something seen.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../../lib/model.mjs';
import { axeSource } from './tools.mjs';
import { manifest, touch } from './touched.mjs';

const titleOf = (id) => {
  const { category, title } = manifest.contributes.commands.find(({ command }) => command === id);
  return `${category}: ${title}`;
};

export class Window {
  constructor(world, page, root) {
    Object.assign(this, { world, page, root });
    this.keys = page.keyboard;
  }

  async load() {
    await this.page.goto(`${this.world.url}/?folder=${this.root}`, { timeout: 90_000 });
    await this.page.waitForSelector('.monaco-workbench', { timeout: 90_000 });
    await this.page.waitForSelector('.explorer-folders-view .monaco-list-row', { timeout: 90_000 });
  }

  close() {
    return this.page.close();
  }

  screenshot(name) {
    return this.page.screenshot({ path: path.join(process.env.VSCODE_OUT, `${name}.png`) });
  }

  // --- files and text -----------------------------------------------------------

  read(file) {
    return fs.readFileSync(path.join(this.root, file), 'utf8');
  }

  async openFile(file) {
    await this.page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: path.basename(file) })
      .dblclick();
    await this.tab(path.basename(file)).waitFor();
    await this.page.waitForSelector('.editor-instance .view-line');
  }

  tab(name) {
    return this.page.locator('.tabs-container .tab', { hasText: name });
  }

  /** The cursor to line and column, from 1, in the editor that has the focus. */
  async goTo(line, column = 1) {
    const there = this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).first();
    await this.untilOpen(async () => {
      await this.keys.press('Control+g');
      await this.fillPicker(`:${line}:${column}`, 5000);
      await this.pickerInput().press('Enter');
      await there.waitFor({ timeout: 5000 });
    });
  }

  /** A picker closes when something else takes the focus, as a document does that is
   * shown just then: `use` it again, at most three times. */
  async untilOpen(use) {
    for (let i = 1; ; i++) {
      try {
        return await use();
      } catch (error) {
        if (i === 4) throw error;
        await this.keys.press('Escape');
      }
    }
  }

  /** Save until the file on disk is `text`, or matches it: what we wait for may come
   * after the key was pressed. */
  async saved(file, text) {
    const good = () =>
      typeof text === 'string' ? this.read(file) === text : text.test(this.read(file));
    for (let i = 0; i < 40 && !good(); i++) {
      await this.keys.press('Control+s');
      await until(good, 'the text on disk', 500).catch(() => undefined);
    }
    if (typeof text === 'string') assert.equal(this.read(file), text);
    else assert.match(this.read(file), text);
  }

  /** The editor shows `text` after a while; what it is when it is saved. */
  async savedFile(file, text) {
    await this.tab(file).click();
    await this.saved(file, text);
  }

  /** A squiggle of ours: wait until the server has looked at the file. */
  diagnosed() {
    return this.page.waitForSelector('.squiggly-warning, .squiggly-error, .squiggly-info, .squiggly-hint', {
      timeout: 60_000,
    });
  }

  // --- pickers, menus, messages ----------------------------------------------------

  picker() {
    return this.page.locator('.quick-input-widget:visible');
  }

  pickerInput() {
    return this.picker().locator('input[type=text], input[type=password]').first();
  }

  /** Into the picker and nowhere else, also when something takes the focus just now. */
  fillPicker(text, timeout = 30_000) {
    return this.pickerInput().evaluate(
      (input, value) => {
        input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      },
      text,
      { timeout },
    );
  }

  pick(text) {
    return this.picker().locator('.monaco-list-row', { hasText: text }).first();
  }

  async choose(text) {
    await this.pick(text).click();
  }

  /** Type into the picker that is open, and accept it. */
  async answer(text) {
    await this.pickerInput().waitFor();
    await this.fillPicker(text);
    await this.pickerInput().press('Enter');
  }

  /** Is the command in the palette? */
  async palette(id) {
    await this.keys.press('F1');
    await this.fillPicker(`>${titleOf(id)}`, 5000);
    return this.picker()
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(titleOf(id), { exact: true }) })
      .first();
  }

  /** Run a command from the palette. */
  async command(id) {
    touch('command', id);
    await this.untilOpen(async () => (await this.palette(id)).click({ timeout: 5000 }));
  }

  /** Is it absent from the palette? */
  async noCommand(id) {
    const row = await this.palette(id);
    await this.picker().getByText('No matching').waitFor({ timeout: 3000 }).catch(() => undefined);
    const seen = await row.count();
    await this.keys.press('Escape');
    return seen === 0;
  }

  /** A key of the manifest's, pressed as a person does. */
  async key(key, command) {
    touch('key', `${key} ${command}`);
    const names = { ctrl: 'Control', alt: 'Alt', enter: 'Enter', backspace: 'Backspace', space: 'Space' };
    await this.keys.press(key.split('+').map((part) => names[part] ?? part).join('+'));
  }

  /** An item of our submenu in the editor's context menu. */
  async contextMenu(id) {
    touch('menu', 'editor/context trimtab.editor');
    touch('menu', `trimtab.editor ${id}`);
    const { title } = manifest.contributes.commands.find(({ command }) => command === id);
    await this.untilOpen(async () => {
      await this.keys.press('Shift+F10');
      const menu = this.page.locator('.monaco-menu');
      await menu.locator('.action-item', { hasText: 'trimtab' }).first().click({ timeout: 5000 });
      const item = menu.locator('.action-item', { hasText: title }).last();
      await item.hover({ timeout: 5000 });
      await item.locator('a').first().focus();
      await this.keys.press('Enter');
      await this.picker().waitFor({ timeout: 15000 }); // a busy machine takes its time
    });
  }

  /** A button of ours above the editor. */
  async titleButton(id) {
    touch('menu', `editor/title ${id}`);
    const { title } = manifest.contributes.commands.find(({ command }) => command === id);
    await this.page.locator('.editor-actions .action-item a', { hasText: title })
      .or(this.page.locator(`.editor-actions a[aria-label^="${title}"]`)).first().click();
  }

  /** The key of a model into the box that asks for it. */
  async enterKey(model, key) {
    await this.picker().getByText(/API key/).first().waitFor();
    if (await this.pick(model).count()) await this.choose(model);
    await this.page.locator('.quick-input-widget:visible input[type=password]').waitFor();
    await this.answer(key);
  }

  /** Steps of the walkthrough: [id, title]. */
  steps() {
    return manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ id, title }) => [id, title]));
  }

  message(text) {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  async button(message, name) {
    // By keyboard: a tooltip may cover it.
    await this.message(message).locator('.monaco-button', { hasText: name }).press('Enter');
  }

  async clearMessages() {
    const { keys } = this;
    await keys.press('F1');
    await this.pickerInput().waitFor();
    await this.answer('>Notifications: Clear All Notifications');
    await this.page.locator('.notification-list-item').first().waitFor({ state: 'detached' });
  }

  status() {
    return this.page.locator('.statusbar-item[id="trimtab.trimtab.trimtab.status"], .statusbar-item[id*="trimtab.status"]').first();
  }

  async statusSays(text) {
    await this.status().filter({ hasText: text }).waitFor();
  }

  /** The menu of code actions at the cursor; asked for again while it is empty. */
  async actions(text) {
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: text }).first();
    for (let i = 1; ; i++) {
      await this.keys.press('Control+.');
      try {
        await row.waitFor({ timeout: 4000 });
        return row;
      } catch (error) {
        if (i === 8) throw error;
        await this.keys.press('Escape');
      }
    }
  }

  // --- previews and pages -----------------------------------------------------------

  /** The diff of a proposal is shown, with something in it. */
  async preview(title) {
    this.previewed = title;
    await this.tab(title).waitFor();
    await this.page.waitForSelector(
      ['.line-insert', '.char-insert', '.line-delete', '.char-delete'].map((c) => `.monaco-diff-editor ${c}`).join(', '),
    );
  }

  noPreview() {
    return this.tab(this.previewed).waitFor({ state: 'detached' });
  }

  /** The page inside the webview that is shown. */
  webview() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  async webviewFrame(selector) {
    const handle = await this.webview().locator(selector).first().elementHandle();
    return handle.ownerFrame();
  }

  /** No finding of axe in the webview that is shown. */
  async axe(selector) {
    const frame = await this.webviewFrame(selector);
    await frame.evaluate(axeSource);
    const { violations } = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    assert.deepEqual(violations.map(({ id, nodes }) => [id, ...nodes.map((n) => n.html)]), []);
  }
}
