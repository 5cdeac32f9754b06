// clients.test.mjs -- the habits of other editors: what they leave out, repeat,
// spell differently or get slightly wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, withClient } from '../lib/client.mjs';
import { withRaw } from '../lib/raw.mjs';

const TEXT = 'try:\n    load()\nexcept:\n    log()\n';
const FIXED = TEXT.replace('except:', 'except Exception:');

const fixOf = (actions) => actions.find((a) => a.edit && a.kind.startsWith('quickfix.trimtab'));

test('null where a field is absent', () =>
  withRaw(async (raw) => {
    raw.notify('textDocument/didOpen', {
      textDocument: { uri: 'file:///n.py', languageId: 'python', version: null, text: TEXT },
    });
    raw.notify('textDocument/didChange', {
      textDocument: { uri: 'file:///n.py', version: null },
      contentChanges: [{ range: null, rangeLength: null, text: TEXT }],
    });
    const { result } = await raw.request('textDocument/codeAction', {
      textDocument: { uri: 'file:///n.py' },
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } },
      context: { diagnostics: null, only: null, triggerKind: null },
      workDoneToken: null,
    });
    assert.ok(result.length > 0);
  }, capabilities()));

test('ranges that are reversed, one too long, or end behind the file', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const { start, end } = doc.where('except:');
    for (const range of [
      { start: end, end: start },
      { start, end: { line: end.line, character: end.character + 1 } },
      { start, end: { line: end.line, character: 2 ** 31 - 1 } },
      { start, end: { line: 10_000, character: 0 } },
      { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } },
    ]) {
      assert.ok(fixOf(await client.actions(doc, range)), JSON.stringify(range));
    }
  }));

test('full text changes only', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', '');
    for (const text of ['t', 'try:', `${TEXT}${TEXT}`, TEXT]) await doc.replace(text);
    assert.ok(client.apply(fixOf(await client.actions(doc, doc.where('except'))).edit));
    assert.equal(doc.text, FIXED);
  }));

test('the same version again and again, or going back', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', 'x\n', 5);
    for (const version of [5, 5, 3, 9]) {
      doc.text = `# ${version}\n${TEXT}`;
      await client.notify('textDocument/didChange', {
        textDocument: { uri: doc.uri, version },
        contentChanges: [{ text: doc.text }],
      });
      doc.version = version;
      const fix = fixOf(await client.actions(doc, doc.where('except')));
      assert.equal(client.preview(doc, fix.edit), `# ${version}\n${FIXED}`);
    }
  }));

test('a document that is opened twice has the second text', () =>
  withClient({}, async (client) => {
    await client.open('file:///w/a.py', 'python', 'nothing = 1\n');
    const doc = await client.open('file:///w/a.py', 'python', TEXT, 7);
    assert.ok(fixOf(await client.actions(doc, doc.where('except'))));
  }));

test('closed and opened again', () =>
  withClient({}, async (client) => {
    for (let i = 0; i < 5; i++) {
      const doc = await client.open('file:///w/a.py', 'python', TEXT);
      assert.ok(fixOf(await client.actions(doc, doc.where('except'))));
      await doc.close();
    }
  }));

const spellings = [
  ['file:///c%3A/w/a.py', 'file:///C:/w/a.py'],
  ['file:///c:/w/a.py', 'file:///c%3a/w/a.py'],
  ['file:///w/a%20b.py', 'file:///w/a b.py'],
  ['file:///w/%5Bid%5D.py', 'file:///w/[id].py'],
  ['file:///w/%C3%A9.py', 'file:///w/é.py'],
  ['file://localhost/w/a.py', 'file:///w/a.py'],
  ['FILE:///w/a.py', 'file:///w/a.py'],
];

for (const [opened, asked] of spellings) {
  test(`${opened} is ${asked}, and is answered as it was opened`, () =>
    withClient({}, async (client) => {
      const doc = await client.open(opened, 'python', TEXT);
      const actions = await client.request('textDocument/codeAction', {
        textDocument: { uri: asked },
        range: doc.where('except'),
        context: { diagnostics: [] },
      });
      const fix = fixOf(actions);
      assert.equal(fix.edit.documentChanges[0].textDocument.uri, opened);
      assert.ok(client.apply(fix.edit));
      const { uri } = await client.notification('textDocument/publishDiagnostics');
      assert.equal(uri, opened);
    }));
}

for (const uri of [
  'untitled:Untitled-1',
  'untitled:/w/new.py',
  'vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ%3D%3D',
  'vscode-remote://wsl%2Bubuntu/home/x/a.py',
  'inmemory://model/1',
  'a.py',
  '/w/a.py',
  'C:\\w\\a.py',
]) {
  test(`a document named ${uri}`, () =>
    withClient({}, async (client) => {
      const doc = await client.open(uri, 'python', TEXT);
      assert.ok(client.apply(fixOf(await client.actions(doc, doc.where('except'))).edit));
      assert.equal(doc.text, FIXED);
    }));
}

test('the language by its file name when languageId says nothing', () =>
  withClient({}, async (client) => {
    for (const languageId of ['', 'plaintext', 'Python', 'py']) {
      const doc = await client.open(`file:///w/${languageId || 'none'}.py`, languageId, TEXT);
      assert.ok(fixOf(await client.actions(doc, doc.where('except'))), languageId);
    }
  }));

test('a language that nobody knows has no rules and no errors', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.brainfuck', 'brainfuck', '+[-->-[>>+>-----<<]]\n');
    await doc.type(0, 0, '+');
    assert.ok(Array.isArray(await client.actions(doc, doc.range(0))));
  }));

test('workspace/configuration that answers null, an error, or nonsense', async () => {
  for (const settings of [null, 'x', 5, [], { routing: 7 }, { no_such_setting: true }]) {
    await withClient({ settings }, async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', TEXT);
      assert.ok(fixOf(await client.actions(doc, doc.where('except'))), JSON.stringify(settings));
    });
  }
});

test('a client that cannot be asked for its configuration sends it', () =>
  withClient(
    {
      capabilities: (() => {
        const c = capabilities();
        delete c.workspace.configuration;
        return c;
      })(),
    },
    async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', TEXT);
      assert.equal((await client.diagnostics(doc)).length, 1);
      const from = client.received.length;
      await client.notify('workspace/didChangeConfiguration', {
        settings: { trimtab: { rules: { 'py-bare-except': 'off' } } },
      });
      await client.notification('textDocument/publishDiagnostics', (p) => p.diagnostics.length === 0, { from });
      assert.ok(!client.received.some((m) => m.method === 'workspace/configuration'));
    },
  ));

test('wrong settings are said, with the nearest name', () =>
  withClient({ initializationOptions: { polcy: 'quality' } }, async (client) => {
    const said = await client.message(
      (m) => m.method?.startsWith('window/') && /polcy/.test(m.params.message),
      'message about the setting',
    );
    assert.match(said.params.message, /policy/);
  }));

test('workspace folders come and go', () =>
  withClient({ folders: [{ uri: 'file:///w', name: 'w' }] }, async (client) => {
    const event = {
      added: [{ uri: 'file:///x', name: 'x' }, { uri: 'untitled:y', name: 'y' }],
      removed: [{ uri: 'file:///w/', name: 'w' }, { uri: 'file:///never', name: 'n' }],
    };
    await client.notify('workspace/didChangeWorkspaceFolders', { event });
    const doc = await client.open('file:///x/a.py', 'python', TEXT);
    assert.ok(fixOf(await client.actions(doc, doc.where('except'))));
  }));

test('five hundred open documents', () =>
  withClient({}, async (client) => {
    const docs = [];
    for (let i = 0; i < 500; i++) docs.push(await client.open(`file:///w/${i}.py`, 'python', `# ${i}\n${TEXT}`));
    for (const doc of [docs[0], docs[250], docs[499]]) {
      const fix = fixOf(await client.actions(doc, doc.where('except')));
      assert.equal(fix.edit.documentChanges[0].textDocument.uri, doc.uri);
    }
  }));
