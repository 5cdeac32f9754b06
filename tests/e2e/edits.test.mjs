// edits.test.mjs -- the main job offline: open, type, ask for code actions, apply
// a rewrite, and the text in the client is the right one, in each encoding.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, withClient } from '../lib/client.mjs';

const ENCODINGS = ['utf-8', 'utf-16', 'utf-32'];

const FAMILY = '👩‍👩‍👧‍👦';

/** Texts around one bare except; the words before it on its line are what differs. */
const texts = {
  plain: { text: 'try:\n    load()\nexcept:\n    log.error("x")\n' },
  'emoji before it': {
    text: `s = "😀${FAMILY}"\ntry:\n    load("😀")\nexcept:\n    log.error("😀")  # 😀 no idea\n`,
  },
  'emoji on its line': {
    text: 'try: load("😀😀")\nexcept: log.error("日本語 😀"); raise_not = "é"\n',
  },
  CJK: { text: '# 日本語のコメント\ntry:\n    読む("漢字")\nexcept:\n    記録("失敗")\n' },
  'combining marks': { text: 's = "e\u0301\u0323 ﷽"\ntry:\n    load()\nexcept:\n    log(s)\n' },
  CRLF: { text: 's = "😀"\r\ntry:\r\n    load()\r\nexcept:\r\n    log.error(s)\r\n' },
  'mixed line ends': { text: 's = "é"\r\ntry:\n    load()\r\nexcept:\n    log(s)\r\n' },
  'no final newline': { text: 'try:\n    load("😀")\nexcept:\n    log("😀")' },
  'a byte order mark': { text: '\uFEFFtry:\n    load("é")\nexcept:\n    log("é")\n' },
  'NUL characters': { text: '# a\u0000😀\u0000\ntry:\n    load()\nexcept:\n    log()\n# \u0000' },
  'a tab and a form feed': { text: 'if x:\n\ttry:\n\t\tload("😀")\n\texcept:\n\t\tlog("\f")\n' },
};

async function offlineFix(client, doc) {
  const except = doc.find('except:');
  const actions = await client.actions(doc, doc.range(except, except + 'except'.length));
  const fix = actions.find((a) => a.kind?.startsWith('quickfix.trimtab.py-bare-except'));
  assert.ok(fix, `no rewrite among ${JSON.stringify(actions.map((a) => a.title))}`);
  assert.ok(fix.edit, 'it comes with its edit');
  return fix;
}

/** Numbers that are the same in each run: random(n) is in [0, n). */
function seeded(seed) {
  return (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % n;
  };
}

/** Offsets between characters; not inside of CRLF. */
function boundaries(text, from, to) {
  const places = [from];
  for (const ch of text.slice(from, to)) {
    const last = places.at(-1);
    if (ch === '\n' && text[last - 1] === '\r' && last > from) places.pop();
    places.push(last + ch.length);
  }
  return places;
}

for (const encoding of ENCODINGS) {
  for (const [name, { text }] of Object.entries(texts)) {
    test(`${encoding}, ${name}: a rewrite lands where it belongs`, () =>
      withClient({ capabilities: capabilities([encoding]) }, async (client) => {
        const doc = await client.open('file:///w/a.py', 'python', text);
        const fix = await offlineFix(client, doc);
        assert.ok(client.apply(fix.edit), 'the version is the one of the document');
        assert.equal(doc.text, text.replace('except:', 'except Exception:'));
        const after = await client.actions(doc, doc.where('except Exception'));
        assert.ok(!after.some((a) => a.kind?.includes('py-bare-except')), 'it is gone');
      }));
  }

  test(`${encoding}: after typing before, behind and inside of it`, () =>
    withClient({ capabilities: capabilities([encoding]) }, async (client) => {
      const { text } = texts['emoji before it'];
      const doc = await client.open('file:///w/a.py', 'python', text);
      await offlineFix(client, doc);
      await doc.type(0, 0, '# 日本 😀\r\n');
      await doc.type(doc.text.length, doc.text.length, 'z = "😀"\n');
      await doc.type(doc.find('load'), doc.find('load') + 4, 'lade_漢');
      await doc.type(doc.find('😀'), doc.find('😀') + 2, 'é😀é');
      await doc.type(doc.find('except:'), doc.find('except:') + 7, 'except :');
      await doc.type(doc.find('except :'), doc.find('except :') + 8, 'except:');
      const want = doc.text.replace('except:', 'except Exception:');
      const fix = await offlineFix(client, doc);
      assert.ok(client.apply(fix.edit));
      assert.equal(doc.text, want);
    }));

  test(`${encoding}: many changes in one notification`, () =>
    withClient({ capabilities: capabilities([encoding]) }, async (client) => {
      const doc = await client.open('file:///w/a.py', 'python', '');
      const lines = ['try:\n', '    load("😀é")\n', 'except:\n', '    log("日本")\n'];
      const changes = [];
      for (const line of lines) {
        changes.push({ range: doc.range(doc.text.length), text: line });
        doc.text += line;
      }
      await doc.changed(changes);
      const want = doc.text.replace('except:', 'except Exception:');
      const fix = await offlineFix(client, doc);
      assert.ok(client.apply(fix.edit));
      assert.equal(doc.text, want);
    }));

  test(`${encoding}: random typing in front of it`, () =>
    withClient({ capabilities: capabilities([encoding]) }, async (client) => {
      const pieces = ['x', 'é', '日本', '😀', '\n', '\r\n', '    ', 'e\u0301', FAMILY, '\t', ''];
      const random = seeded(42);
      const doc = await client.open('file:///w/a.py', 'python', `s = """"""\n${texts.plain.text}`);
      for (let i = 0; i < 200; i++) {
        const places = boundaries(doc.text, doc.find('"""') + 3, doc.text.lastIndexOf('"""'));
        const at = random(places.length);
        const to = Math.min(at + random(3), places.length - 1);
        await doc.type(places[at], places[to], pieces[random(pieces.length)]);
      }
      const want = doc.text.replace('except:', 'except Exception:');
      const fix = await offlineFix(client, doc);
      assert.ok(client.apply(fix.edit));
      assert.equal(doc.text, want);
    }));
}

test('source.fixAll applies every rewrite that changes nothing, and no other', () =>
  withClient({}, async (client) => {
    const one =
      'try:\n    load("😀")\nexcept OSError as e:\n    raise LoadError("😀")\n' +
      'try:\n    load()\nexcept:\n    log("😀")\n';
    const doc = await client.open('file:///w/a.py', 'python', one.repeat(5));
    await client.diagnostics(doc); // the rules have run over the whole file
    const actions = await client.actions(doc, doc.range(0), { only: ['source.fixAll'] });
    assert.equal(actions.length, 1, JSON.stringify(actions));
    assert.equal(actions[0].kind, 'source.fixAll.trimtab');
    assert.ok(client.apply(actions[0].edit));
    assert.equal(doc.text, one.replace('LoadError("😀")', 'LoadError("😀") from e').repeat(5));
  }));

test('a file with nothing but rewrites that change behaviour has no source.fixAll', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', 'try:\n    load()\nexcept:\n    log()\n');
    await client.diagnostics(doc);
    assert.deepEqual(await client.actions(doc, doc.range(0), { only: ['source.fixAll'] }), []);
    await offlineFix(client, doc); // it is offered by itself
  }));

test('an edit for an older version is not taken by the client', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', texts.plain.text);
    const fix = await offlineFix(client, doc);
    await doc.type(0, 0, '\n');
    assert.equal(client.apply(fix.edit), false, 'documentChanges carry the version');
  }));

test('a JavaScript rewrite: forEach with await becomes for...of', () =>
  withClient({}, async (client) => {
    const text =
      'async function notify(ids: string[]) {\n  ids.forEach(async (id) => {\n' +
      '    const user = await load(id); // 😀\n    await send(user);\n  });\n  done();\n}\n';
    const doc = await client.open('file:///w/a.ts', 'typescript', text);
    const actions = await client.actions(doc, doc.where('forEach'));
    const fix = actions.find((a) => a.kind?.startsWith('quickfix.trimtab.js-await-in-foreach'));
    assert.ok(fix?.edit, JSON.stringify(actions.map((a) => a.title)));
    assert.ok(client.apply(fix.edit));
    assert.match(doc.text, /for \(const id of ids\) \{\n {4}const user = await load\(id\); \/\/ 😀/);
    assert.ok(!doc.text.includes('forEach'));
  }));
