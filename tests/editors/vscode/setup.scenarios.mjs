// setup.scenarios.mjs -- keys, trust, crashes, pages, settings: what surrounds the asking.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../../lib/model.mjs';
import { FIXED, ONE, PAYMENTS } from './code.mjs';
import { scenario } from './scenario.mjs';
import { touch } from './touched.mjs';
import { out } from './world.mjs';

const files = { 'payments.py': PAYMENTS };

async function ready(w) {
  await w.openFile('payments.py');
  await w.diagnosed();
  await w.goTo(5, 10);
}

scenario('a wrong key, the button, the right key; removed again', files, async (w, { models, env }) => {
  models.keys = { claude: 'sk-ant-the-right-one', gpt: 'nobody has it' };
  w.world.provoked.push(/did not accept the key/);
  models.always(ONE);
  await ready(w);
  await w.command('trimtab.editWithInstruction');
  await w.answer('add a timeout');
  await w.message('key').waitFor();
  await w.screenshot('wrong-key');
  await w.button('key', 'Set Key');
  await w.enterKey('claude', 'sk-ant-the-right-one');
  await w.preview('add a timeout');
  assert.equal(models.asked.at(-1).key, 'sk-ant-the-right-one');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', FIXED);
  await w.clearMessages();

  await w.command('trimtab.removeKey');
  await w.choose('claude');
  await w.message('The key for claude is removed').waitFor();
  await w.command('trimtab.removeKey');
  await w.message('No key is kept').waitFor();
  await w.command('trimtab.setKey');
  await w.choose('gpt');
  await w.answer('not a key ü');
  await w.picker().getByText('no special characters').waitFor();
  await w.answer('sk-another-key');
  await w.message('The key for gpt is set').waitFor();
  await w.command('trimtab.removeKey');
  await w.choose('gpt');
  await w.message('The key for gpt is removed').waitFor();
  for (const key of ['sk-ant-the-right-one', 'sk-another-key', env.ANTHROPIC_API_KEY])
    assert.ok(!w.world.log().includes(key), 'a key is in the log');
});

scenario('the server ends: started again; restarted by command', files, async (w) => {
  await ready(w);
  const [first] = w.world.servers();
  process.kill(first, 'SIGKILL');
  await w.message('was started again').waitFor();
  const second = await until(() => w.world.servers().find((id) => id !== first), 'another server', 20_000);
  await w.actions('Add timeout');
  await w.keys.press('Escape');
  await w.command('trimtab.restartServer');
  await until(() => w.world.servers().some((id) => id !== second) && w.world.servers().length === 1, 'a third one', 20_000);
  await w.actions('Add timeout');
  await w.keys.press('Escape');
});

scenario('statistics of what was done', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  await w.command('trimtab.editWithInstruction');
  await w.answer('add a timeout');
  await w.preview('add a timeout');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', FIXED);
  await w.command('trimtab.showStatistics');
  // No script runs in this page, ours or axe's.
  await w.webview().getByRole('heading', { name: 'trimtab: statistics' }).waitFor();
  await w.webview().getByRole('rowheader', { name: 'claude-sonnet-4-5' }).first().waitFor();
  await w.screenshot('statistics');

});

scenario('doctor and log', files, async (w) => {
  await ready(w);
  await w.command('trimtab.doctor');
  await w.tab('trimtab doctor.txt').waitFor();
  const line = (text) => w.page.locator('.view-line', { hasText: text }).first();
  await line('In this editor').waitFor();
  await line(/key\s+claude.*present/).waitFor();
  await w.screenshot('doctor');
  await w.command('trimtab.showLog');
  await w.page.locator('.panel .view-line', { hasText: /activated\sin/ }).first().waitFor();
});

scenario('the menu of the status bar; settings', files, async (w) => {
  await ready(w);
  await w.status().click();
  touch('command', 'trimtab.showMenu');
  await w.pick('Explain Route').waitFor();
  await w.screenshot('menu');
  await w.choose('Open Settings');
  await w.tab('Settings').waitFor();
  await w.page.locator('.settings-editor .setting-item-category', { hasText: /trimtab/i }).first().waitFor();
  await w.command('trimtab.showMenu');
  await w.pick('Explain Route').waitFor();
  await w.keys.press('Escape');
  await w.command('trimtab.openSettings');
  await w.tab('Settings').waitFor();
});

scenario('a folder that is not trusted: offline only', undefined, async (_, world) => {
  world.models.always(ONE);
  world.settings({ 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.emptyWindow': false });
  const w = await world.open({ ...files, '.vscode/settings.json': '{"trimtab.actions": {"max_model_actions": 0}}' });
  await ready(w);
  await w.keys.press('Control+.');
  await w.page.getByText('No code actions available').first().waitFor(); // what asks a model is not there
  // By command and by key: said in words, not by a key that does nothing.
  await w.command('trimtab.editWithInstruction');
  await w.message('do not trust').waitFor();
  await w.clearMessages();
  await w.goTo(5, 10);
  await w.key('ctrl+alt+enter', 'trimtab.editWithInstruction');
  await w.message('do not trust').waitFor();
  await w.clearMessages();
  await w.status().click();
  await w.choose('Edit with Instruction');
  await w.message('do not trust').waitFor();
  assert.equal(world.models.asked.length, 0);
  await w.button('do not trust', 'Manage Trust');
  await w.page.locator('.workspace-trust-editor').waitFor();
});

scenario('no preview by setting; another program by setting; a program that is not there', undefined, async (_, world) => {
  world.models.always(ONE);
  const own = path.join(world.folder, 'own trimtab');
  fs.copyFileSync(process.env.TRIMTAB, own);
  fs.chmodSync(own, 0o755);
  world.settings({ 'trimtab.preview': 'never', 'trimtab.server.path': own });
  const w = await world.open(files);
  await ready(w);
  touch('setting', 'trimtab.preview');
  touch('setting', 'trimtab.server.path');
  assert.deepEqual(world.servers().map((id) => fs.readlinkSync(`/proc/${id}/exe`)), [own]);
  await w.command('trimtab.editWithInstruction');
  await w.answer('add a timeout');
  await until(() => world.models.asked.length, 'a request', 20_000);
  await w.page.locator('.view-line', { hasText: 'timeout=10' }).waitFor();
  await w.saved('payments.py', FIXED);
  world.provoked.push(/\/nowhere\/trimtab/);
  await w.close();
  world.settings({ 'trimtab.server.path': '/nowhere/trimtab' });
  const other = await world.open(files);
  await other.openFile('payments.py');
  await other.message('/nowhere/trimtab').waitFor();
  await other.button('/nowhere/trimtab', 'Open Settings');
  await other.page.locator('.settings-editor').waitFor();
});

scenario('the walkthrough of four steps', files, async (w) => {
  await w.untilOpen(async () => {
    await w.keys.press('F1');
    await w.fillPicker('>Welcome: Open Walkthrough...', 5000);
    await w.pick('Open Walkthrough').click({ timeout: 5000 });
    await w.pick('trimtab').click({ timeout: 5000 });
  });
  const page = w.page.locator('.gettingStartedContainer');
  for (const [id, title] of w.steps()) {
    await page.getByRole('button', { name: title }).or(page.locator('.getting-started-step', { hasText: title })).first().click();
    await page.locator('.step-description-container, .getting-started-step.expanded', { hasText: title }).first().waitFor();
    touch('step', id);
  }
  await w.screenshot('walkthrough');
});

for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'])
  scenario(`what it looks like: ${theme}`, undefined, async (_, world) => {
    world.models.always(ONE);
    world.settings({ 'workbench.colorTheme': theme });
    const w = await world.open(files);
    await ready(w);
    const name = theme.replace(/^Default /, '').replace(/ /g, '-').toLowerCase();
    await w.actions('Add timeout');
    await w.screenshot(`menu-${name}`);
    await w.keys.press('Escape');
    await w.command('trimtab.compareModels');
    await w.answer('add a timeout');
    await w.webview().getByRole('heading', { name: 'Which is better?' }).waitFor();
    await w.axe('main');
    await w.screenshot(`duel-${name}`);
    await w.webview().getByRole('button', { name: /Neither/ }).click();
    await w.webview().getByText(/A was .*, B was /).waitFor();
  });

scenario('the package for every platform has no program in it', undefined, async (world) => {
  const said = world.install(path.join(out, 'trimtab-universal.vsix'));
  assert.match(said, /successfully installed/);
  const folder = fs.readdirSync(path.join(world.folder, 'extensions')).find((name) => /^trimtab\.trimtab-[\d.]+(-universal)?$/.test(name));
  assert.ok(folder, 'it is installed');
  assert.ok(!fs.existsSync(path.join(world.folder, 'extensions', folder, 'server')));
  world.install(path.join(out, 'trimtab-linux-x64.vsix'));
});
