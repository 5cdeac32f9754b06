// new-file.test.mjs -- a file that a model writes: at a place that the project's own
// habits give, never without being asked, and never over a file that exists.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { Client, capabilities } from '../lib/client.mjs';
import { block, mockModels, settings, until } from '../lib/model.mjs';

const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' };
const SOURCE = 'def total(order):\n    return sum(line.price for line in order.lines)\n';
const TESTS = 'from orders import total\n\n\ndef test_an_empty_order_is_free():\n    assert total(Order([])) == 0\n';
const ANSWER = `One test for the empty order.\n\n\`\`\`python\n${TESTS}\`\`\`\n`;

/** A client that keeps the files that it was told to create. */
async function inFolder(files, options, run) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-new-')));
  for (const [name, text] of Object.entries({ 'orders.py': SOURCE, ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  const uri = (name) => pathToFileURL(path.join(folder, name)).href;
  const mock = await mockModels([{ userMessage: /./ }, { content: options.answer ?? ANSWER }]);
  const client = new Client({
    env: KEYS,
    folders: options.folders === null ? null : [{ uri: pathToFileURL(folder).href, name: 'w' }],
    capabilities: options.capabilities,
    initializationOptions: settings(mock.url, options.settings),
  });
  client.created = {};
  client.choice = options.choice;
  client.asked_user = [];
  client.connection.onRequest('window/showMessageRequest', (params) => {
    client.asked_user.push(params);
    return client.choice ? { title: client.choice } : null;
  });
  client.applyEdit = ({ edit }) => {
    const [create, change] = edit.documentChanges;
    assert.equal(edit.documentChanges.length, 2);
    assert.equal(create.kind, 'create');
    assert.ok(!create.options?.overwrite && !create.options?.ignoreIfExists);
    assert.equal(change.textDocument.uri, create.uri);
    assert.equal(change.textDocument.version, null);
    assert.equal(change.edits.length, 1);
    assert.deepEqual(change.edits[0].range, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    client.created[create.uri] = change.edits[0].newText;
    return options.applied ?? true;
  };
  try {
    await client.initialize();
    await client.execute('trimtab.status');
    const doc = await client.open(uri('orders.py'), 'python', SOURCE);
    await run({ client, doc, uri, mock });
    await client.stop();
  } finally {
    client.kill();
    await mock.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const ask = (client, doc, more = {}) =>
  client.execute('trimtab.edit', {
    uri: doc.uri,
    range: doc.where('total'),
    instruction: 'Write unit tests for this function.',
    scope: 'new-file',
    ...more,
  });
const body = (mock) => JSON.stringify(mock.requests().map((r) => r.body));

test('a test is written where the project keeps its tests, and created when the user says so', () =>
  inFolder({ 'tests/test_users.py': 'pass\n' }, { choice: 'Create it' }, async ({ client, doc, uri, mock }) => {
    await ask(client, doc);
    await until(() => client.created[uri('tests/test_orders.py')], 'the new file');
    assert.deepEqual(client.created, { [uri('tests/test_orders.py')]: TESTS });
    assert.match(client.asked_user[0].message, /tests\/test_orders\.py is written \(5 lines\)/);
    assert.match(body(mock), /The new file will be tests\/test_orders\.py/);
    assert.equal(doc.text, SOURCE);
  }));

test("an action of the user's own that writes a new file", () =>
  inFolder({ 'tests/test_users.py': 'pass\n' }, {
    choice: 'Create it',
    settings: { actions: { probe: { title: 'Write a probe', prompt: 'Write tests that probe this function.', scope: 'new-file' } } },
  }, async ({ client, doc, uri, mock }) => {
    const own = async () => (await client.actions(doc, doc.where('total'))).find((a) => a.kind === 'refactor.rewrite.trimtab.probe');
    const action = await own();
    assert.match(action.title, /^Write a probe \(/);
    await client.execute(action.command.command, ...action.command.arguments);
    await until(() => client.created[uri('tests/test_orders.py')], 'the new file');
    assert.match(body(mock), /Write tests that probe this function/);
    assert.equal(doc.text, SOURCE);
    const outside = await client.open('file:///elsewhere/orders.py', 'python', SOURCE);
    const all = await client.actions(outside, outside.where('total'));
    assert.ok(!all.some((a) => a.kind === 'refactor.rewrite.trimtab.probe'), 'not where there is no place for it');
  }));

for (const delivery of ['resolve', 'command']) {
  test(`an action that writes a new file is not offered to an editor that cannot create one (${delivery})`, () => {
    const caps = capabilities();
    caps.workspace.workspaceEdit.resourceOperations = ['rename'];
    return inFolder({}, {
      capabilities: caps,
      settings: { delivery, actions: { probe: { title: 'Write a probe', prompt: 'Write tests.', scope: 'new-file' } } },
    }, async ({ client, doc }) => {
      const all = await client.actions(doc, doc.where('total'));
      assert.ok(!all.some((a) => a.kind === 'refactor.rewrite.trimtab.probe'));
    });
  });
}

test('it is not created when the user does not want it', () =>
  inFolder({}, { choice: 'Discard' }, async ({ client, doc }) => {
    await ask(client, doc);
    await until(() => client.asked_user.length, 'the question');
    await client.execute('trimtab.status');
    assert.deepEqual(client.created, {});
  }));

test('a name that is taken, on disk or in the editor, is never used', () =>
  inFolder({ 'test_orders.py': 'pass\n' }, { choice: 'Create it' }, async ({ client, doc, uri }) => {
    await client.open(uri('test_orders_2.py'), 'python', 'pass\n'); // not saved yet
    await ask(client, doc);
    await until(() => client.created[uri('test_orders_3.py')], 'the new file');
    assert.equal(Object.keys(client.created).length, 1);
  }));

test('as a proposal it is decided like any other', () =>
  inFolder({}, {}, async ({ client, doc, uri }) => {
    const proposal = await ask(client, doc, { apply: false });
    assert.equal(proposal.uri, uri('test_orders.py'));
    assert.equal(proposal.verdict, 'ready');
    assert.equal(proposal.create, true);
    assert.equal(proposal.hunks.length, 1);
    assert.equal(proposal.hunks[0].newText, TESTS);
    assert.deepEqual(client.created, {});
    await client.execute('trimtab.decide', { id: proposal.id, accept: [proposal.hunks[0].id] });
    await until(() => client.created[uri('test_orders.py')], 'the new file');
    await assert.rejects(client.execute('trimtab.decide', { id: proposal.id, accept: 'all' }), /decided already/);
  }));

for (const accept of ['none', []]) {
  test(`a proposal of which ${JSON.stringify(accept)} is accepted creates nothing`, () =>
    inFolder({}, {}, async ({ client, doc }) => {
      const proposal = await ask(client, doc, { apply: false });
      await client.execute('trimtab.decide', { id: proposal.id, accept }).catch(() => {});
      await client.execute('trimtab.status');
      assert.deepEqual(client.created, {});
    }));
}

test('an answer that changes a file that exists is refused', () =>
  inFolder(
    {},
    { answer: block('    return sum(line.price for line in order.lines)\n', '    return 0\n') },
    async ({ client, doc }) => {
      const proposal = await ask(client, doc, { apply: false });
      assert.notEqual(proposal.verdict, 'ready');
      assert.notEqual(proposal.verdict, 'held');
      assert.deepEqual(proposal.hunks, []);
      assert.deepEqual(client.created, {});
    },
  ));

test('an answer for another path does not move the file', () =>
  inFolder(
    {},
    { answer: `Here.\n\n\`\`\`python\n# ../../etc/passwd.py\n${TESTS}\`\`\`\n`, choice: 'Create it' },
    async ({ client, doc, uri }) => {
      await ask(client, doc);
      await until(() => Object.keys(client.created).length, 'the new file');
      assert.deepEqual(Object.keys(client.created), [uri('test_orders.py')]);
    },
  ));

test('an editor that does not create it is believed', () =>
  inFolder({}, { choice: 'Create it', applied: false }, async ({ client, doc }) => {
    const { id } = await ask(client, doc);
    const said = await client.message((m) => /did not create test_orders\.py/.test(m.params?.message ?? ''), 'why');
    assert.equal(said.method, 'window/showMessage');
    assert.ok(id);
  }));

test('an editor that cannot create files is not offered it', () => {
  const caps = capabilities();
  delete caps.workspace.workspaceEdit.resourceOperations;
  return inFolder({}, { capabilities: caps }, async ({ client, doc }) => {
    const all = await client.actions(doc, doc.where('total'));
    assert.ok(!all.some((a) => a.kind === 'refactor.rewrite.trimtab.test'), all.map((a) => a.kind).join());
    await assert.rejects(ask(client, doc), /cannot create files/);
  });
});

test('the menu offers it; resolved, it waits for the confirmation of the editor', () =>
  inFolder({}, { settings: { delivery: 'resolve' } }, async ({ client, doc, uri }) => {
    await client.diagnostics(doc);
    const all = await client.actions(doc, doc.where('total'), { only: ['refactor', 'source'] });
    const action = all.find((a) => a.data?.action && /test/i.test(a.title));
    assert.ok(action, all.map((a) => `${a.kind} ${a.title}`).join('\n'));
    const { edit } = await client.connection.sendRequest('codeAction/resolve', action);
    const [create, change] = edit.documentChanges;
    assert.equal(create.kind, 'create');
    assert.equal(create.uri, uri('test_orders.py'));
    for (const { annotationId } of [create, change.edits[0]]) {
      assert.equal(edit.changeAnnotations[annotationId].needsConfirmation, true);
    }
    assert.equal(change.edits[0].newText, TESTS);
  }));

test('a document outside of the workspace gets no file', () =>
  inFolder({}, { folders: null }, async ({ client, doc }) => {
    await assert.rejects(ask(client, doc), /no folder open|outside of the workspace/);
  }));
