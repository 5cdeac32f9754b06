// own-actions.test.mjs -- actions of the user's own, mending another server's diagnostic,
// switches, and settings that are read again while the server runs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, withClient } from '../lib/client.mjs';
import { block, mockModels, settings, until } from '../lib/model.mjs';

const URI = 'file:///w/orders.py';
const OLD = '    return order.totl\n';
const TEXT = `def total(order):\n${OLD}`;
const NEW = '    return order.total\n';
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' };
const MESSAGE = 'Cannot access attribute "totl" for class "Order" in this very long message 💳';
const OWN = { 'log-it': { title: 'Log each call', prompt: 'Write a debug log line for each call.', scope: 'symbol' } };

const problem = (doc, more = {}) => ({ range: doc.where('totl'), severity: 1, source: 'pyright', message: MESSAGE, ...more });
const menu = (client, doc, diagnostics = []) => client.actions(doc, doc.where('totl'), { diagnostics });

async function withModel(config, run) {
  const mock = await mockModels([{ userMessage: /./ }, { content: block(OLD, NEW) }]);
  try {
    await withClient({ env: KEYS, initializationOptions: settings(mock.url, config) }, async (client) => {
      await client.execute('trimtab.status'); // keys are looked up by now
      const doc = await client.open(URI, 'python', TEXT);
      await client.diagnostics(doc);
      await run(client, doc, mock);
    });
  } finally {
    await mock.stop();
  }
}

for (const delivery of ['resolve', 'command']) {
  test(`the diagnostic of another server is mended (${delivery})`, () =>
    withModel({ delivery }, async (client, doc) => {
      const all = await menu(client, doc, [
        problem(doc, { severity: 3, message: 'a mere hint' }),
        problem(doc),
        problem(doc, { source: 'trimtab', message: 'ours' }),
      ]);
      const fixes = all.filter((a) => a.kind === 'quickfix.trimtab.diagnostic');
      assert.equal(fixes.length, 1, JSON.stringify(all.map((a) => a.title)));
      const [fix] = fixes;
      assert.match(fix.title, /^Fix: Cannot access attribute/);
      assert.ok([...fix.title].length <= 60, fix.title);
      assert.equal(fix.diagnostics[0].message, MESSAGE);
      assert.ok(!fix.isPreferred);
      if (delivery === 'resolve') {
        const resolved = await client.connection.sendRequest('codeAction/resolve', fix);
        assert.equal(client.preview(doc, resolved.edit), `def total(order):\n${NEW}`);
      } else {
        await client.connection.sendRequest('workspace/executeCommand', fix.command);
        await until(() => doc.text.includes('order.total'), 'the edit');
      }
    }));
}

test("an action of the user's own is offered, routed and asked with its words", () =>
  withModel({ actions: OWN, delivery: 'command' }, async (client, doc, mock) => {
    const own = (await menu(client, doc)).find((a) => a.kind === 'refactor.rewrite.trimtab.log-it');
    assert.match(own.title, /^Log each call \(/);
    await client.connection.sendRequest('workspace/executeCommand', own.command);
    await until(() => doc.text.includes('order.total'), 'the edit');
    assert.ok(mock);
  }));

test('enabled and languages switch models off, not the rules', async () => {
  for (const off of [{ enabled: false }, { languages: { python: false } }, { languages: { '*': false } }]) {
    await withModel({ ...off, actions: OWN }, async (client, doc) => {
      const all = await menu(client, doc, [problem(doc)]);
      assert.deepEqual(all.filter((a) => a.data), [], JSON.stringify(off));
      await assert.rejects(
        client.execute('trimtab.edit', { uri: URI, range: doc.where('totl'), instruction: 'x' }),
        /switched off/,
      );
    });
  }
  await withModel({ languages: { '*': false, python: true }, actions: OWN }, async (client, doc) => {
    assert.ok((await menu(client, doc)).some((a) => a.title.startsWith('Log each call')));
  });
});

test("a project's file cannot define an action; the user's file is read again when it changes", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-own-'));
  const at = (name) => path.join(folder, name);
  for (const name of ['w', 'config', 'state']) fs.mkdirSync(at(name));
  fs.writeFileSync(at('w/.trimtab.json'), JSON.stringify({ actions: OWN }));
  const client = new Client({
    env: { ...KEYS, TRIMTAB_CONFIG_DIR: at('config'), TRIMTAB_STATE_DIR: at('state') },
    folders: [{ uri: `file://${at('w')}`, name: 'w' }],
  });
  try {
    await client.initialize();
    const doc = await client.open(`file://${at('w')}/a.py`, 'python', TEXT);
    await client.message((m) => /cannot define the action/.test(m.params?.message ?? ''), 'the problem');
    assert.ok(!(await menu(client, doc)).some((a) => a.title.startsWith('Log each')));

    fs.writeFileSync(at('config/config.json'), JSON.stringify({ actions: OWN }));
    let titles = [];
    for (let i = 0; i < 100 && !titles.some((t) => t.startsWith('Log each')); i++) {
      titles = (await menu(client, doc)).map((a) => a.title);
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.ok(titles.some((t) => t.startsWith('Log each')), titles.join());

    fs.writeFileSync(at('config/config.json'), '{\n  "polici": "economy"\n}\n');
    const said = await client.message((m) => /polici/.test(m.params?.message ?? ''), 'what is wrong');
    assert.match(said.params.message, /config\.json:2:\d+.*did you mean "policy"/);
    await client.stop();
  } finally {
    client.server.kill?.();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
