// code-actions.test.mjs -- the menu: local, polite, in the words of each client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, withClient } from '../lib/client.mjs';

const TEXT = `import requests

def fetch(url):
    try:
        return requests.get(url).json()
    except:
        return None
`;

/** The client's capabilities with one thing changed. */
function caps(change) {
  const c = capabilities();
  change(c);
  return c;
}

async function menu(client, context) {
  const doc = await client.open('file:///w/a.py', 'python', TEXT);
  await client.diagnostics(doc); // the rules have run over the whole file
  const all = doc.range(doc.find('def'), doc.text.length);
  return { doc, actions: await client.actions(doc, all, context) };
}

const isModel = (action) => action.kind !== undefined && !/^(quickfix|source\.fixAll)/.test(action.kind);
const containing = (outer, kind) => kind === outer || kind.startsWith(`${outer}.`);

test('every action has a leaf kind of those announced, and a short title', () =>
  withClient({}, async (client) => {
    const { actions } = await menu(client);
    const kinds = client.serverCapabilities.codeActionProvider.codeActionKinds;
    assert.ok(actions.length > 0);
    for (const action of actions) {
      assert.ok(kinds.some((k) => containing(k, action.kind)), `${action.kind} is not announced`);
      assert.ok([...action.title].length <= 60, action.title);
    }
  }));

test('model actions: disabled with a reason while there is no key, tagged, never preferred', () =>
  withClient({}, async (client) => {
    const { actions } = await menu(client);
    const models = actions.filter((a) => a.disabled || a.tags);
    assert.ok(models.length > 0, JSON.stringify(actions.map((a) => a.title)));
    assert.ok(models.length <= 5, 'at most five');
    for (const action of models) {
      assert.ok(action.disabled.reason.length > 20, action.disabled.reason);
      assert.deepEqual(action.tags, [1]);
      assert.ok(!action.isPreferred && !action.edit);
      assert.equal(action.data.uri, 'file:///w/a.py');
      assert.equal(action.data.version, 1);
    }
  }));

test('with a key they are enabled, name the model and carry the reason', () =>
  withClient({ env: { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' } }, async (client) => {
    await client.execute('trimtab.status'); // keys are looked up by now
    const { actions } = await menu(client);
    const models = actions.filter((a) => a.tags);
    assert.ok(models.length > 0);
    for (const action of models) {
      assert.ok(!action.disabled, JSON.stringify(action.disabled));
      assert.match(action.title, /\(.+\)$/);
      assert.ok(action.data.reason.length > 10);
    }
  }));

test('a client that moves its cursor gets no model actions', () =>
  withClient({}, async (client) => {
    const { actions } = await menu(client, { triggerKind: 2 });
    assert.ok(actions.length > 0);
    assert.ok(actions.every((a) => !isModel(a) && !a.tags), JSON.stringify(actions));
  }));

test('context.only is a hierarchy', () =>
  withClient({}, async (client) => {
    const { doc, actions } = await menu(client);
    const range = doc.range(doc.find('def'), doc.text.length);
    const kinds = new Set(actions.map((a) => a.kind));
    for (const only of ['quickfix', 'refactor', 'refactor.rewrite', 'source', 'source.fixAll', ...kinds]) {
      const some = await client.actions(doc, range, { only: [only] });
      assert.ok(some.every((a) => containing(only, a.kind)), `${only}: ${some.map((a) => a.kind)}`);
      assert.deepEqual(
        some.map((a) => a.title).toSorted(),
        actions.filter((a) => containing(only, a.kind)).map((a) => a.title).toSorted(),
        only,
      );
    }
    assert.deepEqual(await client.actions(doc, range, { only: ['quickfi'] }), []);
    assert.deepEqual(await client.actions(doc, range, { only: ['refactor.extract'] }), []);
    const both = await client.actions(doc, range, { only: ['quickfix', 'source'] });
    assert.ok(both.every((a) => /^(quickfix|source)/.test(a.kind)));
  }));

test('a rewrite says which diagnostic it resolves', () =>
  withClient({}, async (client) => {
    const { doc, actions } = await menu(client);
    const diagnostics = await client.diagnostics(doc);
    const fix = actions.find((a) => a.kind.startsWith('quickfix.trimtab'));
    assert.equal(fix.diagnostics.length, 1);
    assert.deepEqual(fix.diagnostics[0].range, diagnostics.find((d) => d.code === fix.diagnostics[0].code).range);
  }));

test('a client without code action literals gets commands', () =>
  withClient(
    {
      capabilities: caps((c) => delete c.textDocument.codeAction.codeActionLiteralSupport),
      env: { ANTHROPIC_API_KEY: 'sk-ant-x' },
    },
    async (client) => {
      await client.execute('trimtab.status');
      const { actions } = await menu(client);
      for (const action of actions) {
        assert.equal(typeof action.command, 'string');
        assert.equal(action.kind, undefined);
      }
    },
  ));

test('a client that cannot show disabled actions gets none', () =>
  withClient({ capabilities: caps((c) => (c.textDocument.codeAction.disabledSupport = false)) }, async (client) => {
    const { actions } = await menu(client);
    assert.ok(actions.every((a) => !a.disabled));
  }));

test('a client that knows no tags, no data, no preference gets none of them', () =>
  withClient(
    {
      capabilities: caps((c) => {
        c.textDocument.codeAction = { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } };
      }),
      env: { ANTHROPIC_API_KEY: 'sk-ant-x' },
    },
    async (client) => {
      await client.execute('trimtab.status');
      const { actions } = await menu(client);
      assert.ok(actions.length > 0);
      for (const action of actions) {
        assert.ok(!('tags' in action) && !('data' in action) && !('isPreferred' in action));
        assert.ok(action.edit || action.command, 'it can do something: resolve is not possible here');
      }
    },
  ));

test('without documentChanges the edit comes as changes', () =>
  withClient(
    { capabilities: caps((c) => (c.workspace.workspaceEdit = {})) },
    async (client) => {
      const { doc, actions } = await menu(client);
      const fix = actions.find((a) => a.edit && a.kind.startsWith('quickfix'));
      assert.ok(fix.edit.changes['file:///w/a.py']);
      assert.equal(client.preview(doc, fix.edit), TEXT.replace('except:', 'except Exception:'));
    },
  ));

test('Neovim gets versioned edits though it does not say that it takes them', () =>
  withClient(
    {
      capabilities: caps((c) => delete c.workspace.workspaceEdit.documentChanges),
      clientInfo: { name: 'Neovim', version: '0.12.0' },
    },
    async (client) => {
      const { actions } = await menu(client);
      const fix = actions.find((a) => a.edit);
      assert.equal(fix.edit.documentChanges[0].textDocument.version, 1);
    },
  ));

test('a resolved action keeps what it had', () =>
  withClient({}, async (client) => {
    const { actions } = await menu(client);
    const fix = actions.find((a) => a.edit);
    const resolved = await client.request('codeAction/resolve', fix);
    assert.deepEqual(resolved, fix);
  }));

test('resolving a model action without a key is a sentence for the user', () =>
  withClient({}, async (client) => {
    const { actions } = await menu(client);
    const { disabled, ...action } = actions.find((a) => a.tags);
    const error = await client.refused('codeAction/resolve', action);
    assert.equal(error.code, -32803);
    assert.ok(error.message.length > 20, error.message);
  }));

test('resolving an action for an older version of the document is refused', () =>
  withClient({}, async (client) => {
    const { doc, actions } = await menu(client);
    const { disabled, ...action } = actions.find((a) => a.tags);
    await doc.type(0, 0, '# new\n');
    const error = await client.refused('codeAction/resolve', action);
    assert.equal(error.code, -32803);
    assert.match(error.message, /changed/);
  }));

test('code actions and typing do not overtake each other', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const asked = [];
    for (let i = 0; i < 50; i++) {
      await doc.type(0, 0, `# line ${i} 😀\n`);
      const { text, version } = doc;
      asked.push(
        client.actions(doc, doc.where('except:'), { only: ['quickfix'] }).then((actions) => {
          const change = actions[0]?.edit?.documentChanges[0];
          if (!change) return;
          assert.equal(change.textDocument.version, version);
          const { start } = change.edits[0].range;
          assert.equal(text.split('\n')[start.line].trim(), 'except:');
        }),
      );
    }
    await Promise.all(asked);
  }));

test('a cancelled request is answered once', () =>
  withClient({}, async (client) => {
    const { CancellationTokenSource } = (await import('vscode-languageserver-protocol/node')).default;
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const source = new CancellationTokenSource();
    const asked = client
      .request(
        'textDocument/codeAction',
        { textDocument: { uri: doc.uri }, range: doc.range(0), context: { diagnostics: [] } },
        source.token,
      )
      .catch((error) => assert.equal(error.code, -32800));
    source.cancel();
    await asked;
    await client.actions(doc, doc.range(0));
  }));
