// asking.scenarios.mjs -- a model is asked; its edit is seen before it is applied.
import assert from 'node:assert/strict';
import { until } from '../../lib/model.mjs';
import { CALL, FIXED, ONE, PAYMENTS, REFUND, REFUND_TIMED, TIMED, TWO, WRONG } from './code.mjs';
import { gate } from './models.mjs';
import { scenario } from './scenario.mjs';

const files = { 'payments.py': PAYMENTS };

async function ready(w) {
  await w.openFile('payments.py');
  await w.diagnosed();
  await w.goTo(5, 10);
}

scenario('an action of the menu that asks a model: preview, accept, undo in one step', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  await w.actions('Add timeout');
  await w.keys.press('Enter');
  await w.preview('payments.py: ');
  await w.screenshot('preview');
  assert.equal(w.read('payments.py'), PAYMENTS);
  await w.titleButton('trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', FIXED);
  await w.keys.press('Control+z');
  await w.saved('payments.py', PAYMENTS);
  assert.equal(models.asked.length, 1);
});

scenario('an instruction from the context menu, kept in the history; accepted by key', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  await w.contextMenu('trimtab.editWithInstruction');
  await w.answer('add a timeout please');
  await w.preview('add a timeout please');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', FIXED);
  assert.match(models.asked[0].body, /add a timeout please/);
  // Refused, since it does not fit; and the instruction is there again.
  models.always(WRONG);
  w.world.provoked.push(/the file does not have/);
  await w.command('trimtab.editWithInstruction');
  await w.pick('add a timeout please').waitFor();
  await w.keys.press('ArrowDown');
  await w.keys.press('Enter');
  await w.message('nothing was changed').waitFor();
  assert.equal(models.asked.length, 3, 'asked again once about what did not fit');
  assert.match(models.asked[1].body, /add a timeout please/);
  await w.saved('payments.py', FIXED);
  await w.clearMessages();
});

scenario('a selection by key; each change by itself; rejected by key', files, async (w, { models }) => {
  models.always(TWO);
  await ready(w);
  const ask = async () => {
    await w.goTo(4, 1);
    for (let i = 0; i < 8; i++) await w.keys.press('Shift+ArrowDown');
    await w.key('ctrl+alt+enter', 'trimtab.editWithInstruction');
    await w.pickerInput().waitFor();
    await w.picker().getByText('Edit the selection').waitFor();
    await w.answer('make it safe');
    await w.preview('make it safe');
  };
  await ask();
  await w.key('ctrl+backspace', 'trimtab.rejectPreview');
  await w.noPreview();
  assert.equal(w.read('payments.py'), PAYMENTS);

  await ask();
  await w.goTo(5, 1); // on the first change, in the proposed text
  const proposed = w.page.locator('.monaco-diff-editor .view-line', { hasText: 'timeout=10' });
  assert.equal(await proposed.count(), 2);
  await w.key('space', 'trimtab.toggleChange');
  await until(async () => (await proposed.count()) === 1, 'one change is left out');
  await w.titleButton('trimtab.chooseChanges');
  await w.picker().getByText('Changes to Accept').waitFor();
  const rows = w.picker().locator('.monaco-list-row');
  assert.equal(await rows.count(), 2);
  await w.picker().locator('.quick-input-count', { hasText: '1 Selected' }).waitFor();
  await w.screenshot('choose-changes');
  await w.keys.press('Enter');
  await w.command('trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', PAYMENTS.replace(REFUND, REFUND_TIMED));
});

scenario('the commands of a preview, from the palette', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  assert.ok(await w.noCommand('trimtab.rejectPreview'), 'not without a preview');
  await w.command('trimtab.editWithInstruction');
  await w.answer('make it safe');
  await w.preview('make it safe');
  await w.goTo(1, 1);
  await w.command('trimtab.chooseChanges');
  await w.picker().getByText('Changes to Accept').waitFor();
  await w.keys.press('Escape');
  await w.command('trimtab.toggleChange'); // nothing at the cursor: the list
  await w.picker().getByText('Changes to Accept').waitFor();
  await w.keys.press('Escape');
  await w.titleButton('trimtab.rejectPreview');
  await w.noPreview();
  await w.command('trimtab.editWithInstruction');
  await w.answer('make it safe');
  await w.preview('make it safe');
  await w.command('trimtab.rejectPreview');
  await w.noPreview();
  await w.saved('payments.py', PAYMENTS);
});

scenario('cancelled while it streams: the transfer ends and nothing changes', files, async (w, { models }) => {
  const end = gate();
  models.answer = async function* () {
    yield ONE.slice(0, 60);
    await end.passed;
    yield ONE.slice(60);
  };
  await ready(w);
  const ask = async () => {
    await w.command('trimtab.editWithInstruction');
    await w.answer('add a timeout');
    await until(() => models.asked.some((entry) => !entry.closed), 'a request that runs', 30_000);
    await w.statusSays(/claude-sonnet/);
  };
  const cancelled = () => until(() => models.asked.every((entry) => entry.closed), 'the end of the transfer', 15_000);
  await ask();
  await w.command('trimtab.cancelRequests');
  await cancelled();
  await ask();
  await w.button('add a timeout', 'Cancel');
  await cancelled();
  end.open();
  await w.statusSays('trimtab');
  await w.saved('payments.py', PAYMENTS);
  assert.equal(await w.page.locator('.monaco-diff-editor').count(), 0);
});

scenario('typing while a request runs: the edit moves along', files, async (w, { models }) => {
  const end = gate();
  models.answer = async function* () {
    yield ONE.slice(0, 60);
    await end.passed;
    yield ONE.slice(60);
  };
  await ready(w);
  await w.command('trimtab.editWithInstruction');
  await w.answer('add a timeout');
  await until(() => models.asked.length === 1, 'a request', 30_000);
  await w.goTo(1, 1);
  await w.keys.type('import os\n');
  end.open();
  await w.preview('add a timeout');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', `import os\n${FIXED}`);
});

scenario('refine, and why this model; another one for the same', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  await w.command('trimtab.editWithInstruction');
  await w.answer('add a timeout');
  await w.preview('add a timeout');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  await w.saved('payments.py', FIXED);
  models.always(ONE.replace(CALL, TIMED).replace(/(=======\n.*)timeout=10/, '$1timeout=3'));
  await w.contextMenu('trimtab.refineLastEdit');
  await w.answer('three seconds are enough');
  await w.preview('three seconds');
  await w.key('ctrl+enter', 'trimtab.acceptPreview');
  await w.noPreview();
  const fresh = FIXED.replace('timeout=10', 'timeout=3');
  await w.saved('payments.py', fresh);
  assert.match(models.asked[1].body, /three seconds are enough/);
  assert.match(models.asked[1].body, /timeout=10/);
  await w.command('trimtab.refineLastEdit');
  await w.picker().getByText('Refine the last edit').waitFor();
  await w.keys.press('Escape');

  await w.contextMenu('trimtab.explainRoute');
  await w.picker().getByText(/Task [A-Z]+-\d/).waitFor();
  await w.screenshot('route');
  await w.keys.press('Escape');
  await w.command('trimtab.explainRoute');
  await w.choose('gpt-4o');
  await w.answer('add a timeout');
  await until(() => models.asked.at(-1).family === 'gpt', 'the model that was picked', 20_000);
  await w.saved('payments.py', fresh);
});

scenario('two models, blind: judged by key, then named', files, async (w, { models }) => {
  models.answer = async function* (body, family) {
    yield family === 'gpt' ? ONE.replace('timeout=10', 'timeout=77') : ONE;
  };
  await ready(w);
  await w.contextMenu('trimtab.compareModels');
  await w.answer('add a timeout');
  const page = w.webview();
  await page.getByRole('heading', { name: 'Which is better?' }).waitFor();
  await w.screenshot('duel');
  const text = await page.locator('main').innerText();
  assert.doesNotMatch(text, /claude|gpt/i, `blind: ${text}`);
  const a = await page.locator('section', { hasText: 'Proposal A' }).innerText();
  const gptIsA = a.includes('timeout=77');
  await page.locator('pre').first().focus();
  await w.keys.press('a');
  await page.getByText(/You took (claude-sonnet-4-5|gpt-4o)/).waitFor();
  await w.axe('main');
  await w.savedFile('payments.py', gptIsA ? FIXED.replace('timeout=10', 'timeout=77') : FIXED);
});

scenario('two models, neither', files, async (w, { models }) => {
  models.always(ONE);
  await ready(w);
  await w.command('trimtab.compareModels');
  await w.answer('add a timeout');
  const page = w.webview();
  await page.getByRole('button', { name: /Neither/ }).click();
  await page.getByText(/A was .*, B was /).waitFor();
  assert.equal(w.read('payments.py'), PAYMENTS);
});
