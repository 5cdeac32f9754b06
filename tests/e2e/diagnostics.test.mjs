// diagnostics.test.mjs -- pushed with their version, or pulled; new when the text
// or the settings are new; gone when the document is closed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, pulling, withClient } from '../lib/client.mjs';
import { withRaw } from '../lib/raw.mjs';

const TEXT = 'try:\n    load("😀")\nexcept:\n    log("x")\n';

for (const [way, caps] of [
  ['pushed', capabilities()],
  ['pulled', pulling()],
]) {
  test(`${way}: code, finding, range`, () =>
    withClient({ capabilities: caps }, async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', TEXT);
      const [d] = await client.diagnostics(doc);
      assert.equal(d.code, 'py-bare-except');
      assert.equal(d.source, 'trimtab');
      assert.match(JSON.stringify(d.data), /ERR-1/);
      assert.deepEqual(d.range, doc.where('except'));
      assert.ok([1, 2, 3, 4].includes(d.severity));
    }));

  test(`${way}: they follow the text`, () =>
    withClient({ capabilities: caps }, async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', TEXT);
      assert.equal((await client.diagnostics(doc)).length, 1);
      await doc.type(doc.find('except') + 6, doc.find('except') + 6, ' OSError');
      assert.deepEqual(await client.diagnostics(doc), []);
      await doc.replace(`# 日本\n${TEXT}${TEXT}`);
      const both = await client.diagnostics(doc);
      assert.deepEqual(
        both.map((d) => d.range.start.line).toSorted((a, b) => a - b),
        [3, 7],
      );
    }));

  test(`${way}: in three encodings`, async () => {
    for (const encoding of ['utf-8', 'utf-16', 'utf-32']) {
      const mine = structuredClone(caps);
      mine.general.positionEncodings = [encoding];
      await withClient({ capabilities: mine }, async (client) => {
        const doc = await client.open('file:///w/a.py', 'python', 'try: a("😀é")\nexcept: b("日本"); c("😀")\n');
        const [d] = await client.diagnostics(doc);
        assert.deepEqual(d.range, doc.where('except'));
      });
    }
  });

  test(`${way}: a client that knows nothing but the range and the message`, () =>
    withClient(
      {
        capabilities: {
          textDocument: way === 'pushed' ? { publishDiagnostics: { versionSupport: true } } : { diagnostic: {} },
        },
      },
      async (client) => {
        const doc = await client.open('file:///w/a.py', 'python', TEXT);
        const [d] = await client.diagnostics(doc);
        assert.ok(!d.codeDescription && !d.data && !d.tags && !d.relatedInformation);
      },
    ));
}

for (const [way, caps] of [
  ['pushed', capabilities()],
  ['pulled', pulling()],
]) {
  test(`${way}: what stands on changed lines comes first`, () =>
    withClient({ capabilities: caps }, async (client) => {
      const four = Array.from({ length: 4 }, (_, i) => `def f${i}():\n    try:\n        g()\n    except:\n        h()\n`);
      const doc = await client.open('file:///w/a.py', 'python', four.join(''));
      const lines = async () => (await client.diagnostics(doc)).map((d) => d.range.start.line);
      assert.deepEqual(await lines(), [3, 8, 13, 18]);
      const type = (needle, from, text) => {
        const at = doc.find(needle) + from;
        return doc.type(at, at, text);
      };
      await type('f2', 2, 'x'); // not on a line that a rule speaks about
      assert.deepEqual(await lines(), [3, 8, 13, 18]);
      await doc.replace(doc.text.replace(/(f2x[^]*?except):/, '$1 :'));
      assert.deepEqual(await lines(), [13, 3, 8, 18]);
      await type('def f0', 0, '# one more line\n'); // what was changed moves with its text
      assert.deepEqual(await lines(), [14, 4, 9, 19]);
      await doc.replace(doc.text.replace(/(f1[^]*?except):/, '$1 :'));
      assert.deepEqual(await lines(), [9, 14, 4, 19]);
      await doc.close();
      const again = await client.open('file:///w/a.py', 'python', four.join(''));
      assert.deepEqual((await client.diagnostics(again)).map((d) => d.range.start.line), [3, 8, 13, 18]);
    }));

  test(`${way}: what another linter says at that place is not said again`, () =>
    withClient({ capabilities: caps }, async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', `${TEXT}${TEXT.replaceAll('load', 'store')}`);
      const asked = (code, source, line) =>
        client.actions(doc, { start: { line, character: 0 }, end: { line, character: 0 } }, {
          diagnostics: [
            { range: { start: { line, character: 0 }, end: { line, character: 6 } }, code, source, message: 'm' },
          ],
        });
      const lines = async () => (await client.diagnostics(doc)).map((d) => d.range.start.line);

      assert.deepEqual(await lines(), [2, 6]);
      await asked('E501', 'ruff', 2); // says something else
      await asked('E722', 'trimtab', 2); // our own come back in each request
      await asked('E722', 'ruff', 0); // stands elsewhere
      assert.deepEqual(await lines(), [2, 6]);
      const actions = await asked('E722', 'ruff', 2);
      assert.ok(actions.some((a) => /^quickfix/.test(a.kind ?? '')), 'what mends it is still offered');
      await doc.type(0, 0, '# one line more\n');
      assert.deepEqual(await lines(), [7], 'also after an edit elsewhere');
    }));
}

test('pushed ones are taken back when the document is closed', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    await client.diagnostics(doc);
    const from = client.received.length;
    await doc.close();
    const { diagnostics } = await client.notification(
      'textDocument/publishDiagnostics',
      (p) => p.uri === doc.uri,
      { from },
    );
    assert.deepEqual(diagnostics, []);
  }));

test('pushed ones are not sent for a version that is not the newest', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    for (let i = 0; i < 30; i++) await doc.type(0, 0, '#\n');
    await client.diagnostics(doc);
    const versions = client.received
      .filter((m) => m.method === 'textDocument/publishDiagnostics')
      .map((m) => m.params.version);
    assert.deepEqual(versions, versions.toSorted((a, b) => a - b), 'never an older one');
    assert.equal(versions.at(-1), doc.version);
  }));

test('pulled ones: the same again is "unchanged"', () =>
  withClient({ capabilities: pulling() }, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const ask = (previousResultId) =>
      client.request('textDocument/diagnostic', { textDocument: { uri: doc.uri }, previousResultId });
    const first = await ask();
    assert.equal(first.kind, 'full');
    const second = await ask(first.resultId);
    assert.equal(second.kind, 'unchanged');
    assert.equal(second.resultId, first.resultId);
    await doc.type(0, 0, '#\n');
    assert.equal((await ask(first.resultId)).kind, 'full');
    assert.equal((await ask('nonsense')).kind, 'full');
    assert.ok(!client.received.some((m) => m.method === 'textDocument/publishDiagnostics'));
  }));

test('a rule that is switched off is silent, at once', () =>
  withClient({ settings: { rules: { 'py-bare-except': 'off' } } }, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    await client.notification('textDocument/publishDiagnostics', (p) => p.diagnostics.length === 0);
    client.options.settings = { rules: {} };
    const from = client.received.length;
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    const { diagnostics } = await client.notification(
      'textDocument/publishDiagnostics',
      (p) => p.uri === doc.uri && p.diagnostics.length > 0,
      { from },
    );
    assert.equal(diagnostics[0].code, 'py-bare-except');
  }));

test('a client that pulls without having said that it can is answered', () =>
  withRaw(async (raw) => {
    raw.notify('textDocument/didOpen', opened(1));
    const { result } = await pulled(raw);
    assert.equal(result.items[0].code, 'py-bare-except');
  }, capabilities()));

test('a pull for a document that is closed: there is nothing in it', () =>
  withRaw(async (raw) => {
    assert.deepEqual((await pulled(raw)).result, { kind: 'full', items: [] });
    raw.notify('textDocument/didOpen', opened(1));
    assert.equal((await pulled(raw)).result.items.length, 1);
    raw.notify('textDocument/didClose', { textDocument: { uri: 'file:///w/a.py' } });
    assert.deepEqual((await pulled(raw)).result, { kind: 'full', items: [] });
  }, pulling()));

test('a document that is opened again while the rules run: every pull is answered', () =>
  withRaw(async (raw) => {
    raw.notify('textDocument/didOpen', opened(1));
    const first = pulled(raw);
    raw.notify('textDocument/didOpen', opened(1));
    const second = pulled(raw);
    raw.notify('textDocument/didClose', { textDocument: { uri: 'file:///w/a.py' } });
    raw.notify('textDocument/didOpen', opened(1));
    for (const answer of await Promise.all([first, second, pulled(raw)])) {
      assert.ok(answer.result ?? answer.error);
    }
    assert.equal((await pulled(raw)).result.items.length, 1);
  }, pulling()));

function opened(version) {
  return { textDocument: { uri: 'file:///w/a.py', languageId: 'python', version, text: TEXT } };
}

function pulled(raw) {
  return raw.request('textDocument/diagnostic', { textDocument: { uri: 'file:///w/a.py' } });
}
