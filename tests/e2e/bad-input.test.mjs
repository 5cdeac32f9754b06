// bad-input.test.mjs -- whatever a client sends: an error or a message, and the
// server goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Raw, frame, withRaw } from '../lib/raw.mjs';

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const INVALID_PARAMS = -32602;

const open = (uri, text, languageId = 'python', version = 1) => ({
  textDocument: { uri, languageId, version, text },
});
const BARE = 'try:\n    load()\nexcept:\n    pass\n';
const at = (line, character) => ({ line, character });
const range = (a, b, c, d) => ({ start: at(a, b), end: at(c, d) });

/** A client that takes code actions with edits, and else says nothing. */
const literals = {
  textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } },
};

/** Code actions at a place of a document. */
async function actionsAt(raw, uri, place) {
  const { result, error } = await raw.request('textDocument/codeAction', {
    textDocument: { uri },
    range: place,
    context: { diagnostics: [], triggerKind: 1 },
  });
  assert.ok(!error, JSON.stringify(error));
  return result;
}

// ---- frames ------------------------------------------------------------------

const headers = {
  'a line that is no header': 'hello world\r\n\r\n',
  'a header block without Content-Length': 'Content-Type: text/plain\r\n\r\n',
  'a length that is no number': 'Content-Length: many\r\n\r\n',
  'a negative length': 'Content-Length: -1\r\n\r\n',
  'a length beyond all numbers': 'Content-Length: 99999999999999999999999\r\n\r\n',
  'an empty length': 'Content-Length:\r\n\r\n',
  'a line without end before the next header': 'xxxxxxxx',
  'a header of 100 kB': `X-Long: ${'y'.repeat(100_000)}\r\n\r\n`,
  'binary garbage': Buffer.from([0, 255, 254, 1, 13, 10, 13, 10, 0]),
  'a JSON text without a header': '{"jsonrpc":"2.0","method":"x"}\n',
};

for (const [name, bytes] of Object.entries(headers)) {
  test(`${name} is skipped`, () =>
    withRaw(async (raw) => {
      raw.send(bytes);
      await raw.stillWorks();
    }));
}

test('headers in any case, with LF only, with unknown names', () =>
  withRaw(async (raw) => {
    const body = '{"jsonrpc":"2.0","id":"h","method":"no/such"}';
    raw.send(`content-LENGTH:${body.length}\nx-more: 1\n\n${body}`);
    assert.equal((await raw.answer('h')).error.code, -32601);
  }));

test('a message in single bytes', () =>
  withRaw(async (raw) => {
    for (const byte of frame('{"jsonrpc":"2.0","id":"slow","method":"no/such"}')) {
      raw.send(Buffer.from([byte]));
    }
    await raw.answer('slow');
  }));

test('a hundred messages in one piece', () =>
  withRaw(async (raw) => {
    const all = Array.from({ length: 100 }, (_, i) =>
      frame(JSON.stringify({ jsonrpc: '2.0', id: 1000 + i, method: 'no/such' })),
    );
    raw.send(Buffer.concat(all));
    await Promise.all(Array.from({ length: 100 }, (_, i) => raw.answer(1000 + i)));
  }));

test('a frame over 64 MiB is skipped and said', () =>
  withRaw(async (raw) => {
    const size = 64 * 1024 * 1024 + 1;
    raw.send(`Content-Length: ${size}\r\n\r\n`);
    for (let left = size; left > 0; left -= 1 << 20) {
      raw.send(Buffer.alloc(Math.min(left, 1 << 20), 0x20));
    }
    await raw.message(
      (m) => /64 MiB/.test(m.params?.message ?? m.error?.message),
      'message or error about the limit',
    );
    await raw.stillWorks();
  }));

test('a length over 64 MiB that was a lie costs only itself', () =>
  withRaw(async (raw) => {
    raw.send('Content-Length: 70000000\r\n\r\n');
    await raw.stillWorks();
  }));

test('a length that is too small or too large costs only its message', () =>
  withRaw(async (raw) => {
    const body = '{"jsonrpc":"2.0","id":"wrong","method":"no/such"}';
    raw.send(`Content-Length: ${body.length - 9}\r\n\r\n${body}`);
    await raw.stillWorks();
    raw.send(`Content-Length: ${body.length + 9}\r\n\r\n${body}`);
    await raw.stillWorks();
  }));

// ---- messages ------------------------------------------------------------------

const bodies = {
  'no JSON': ['hello', null, PARSE_ERROR],
  'nothing': ['', null, PARSE_ERROR],
  'half a message': ['{"jsonrpc":"2.0","id":"half","method":"x","params":{', 'half', PARSE_ERROR],
  'something behind the end': ['{"jsonrpc":"2.0","id":"behind","method":"x"}}', 'behind', PARSE_ERROR],
  'a batch': ['[{"jsonrpc":"2.0","id":1,"method":"x"}]', null, INVALID_REQUEST],
  'a number': ['7', null, INVALID_REQUEST],
  'null': ['null', null, INVALID_REQUEST],
  'neither method nor id': ['{"jsonrpc":"2.0"}', null, INVALID_REQUEST],
  'a method that is no string': ['{"jsonrpc":"2.0","id":"m","method":7}', 'm', INVALID_REQUEST],
  'an id that is an object': ['{"jsonrpc":"2.0","id":{},"method":"x"}', null, INVALID_REQUEST],
  'params that are a string': [
    '{"jsonrpc":"2.0","id":"p","method":"initialize","params":"x"}',
    'p',
    INVALID_REQUEST,
  ],
  'a thousand brackets': [
    `{"jsonrpc":"2.0","id":"deep","method":"x","params":${'['.repeat(1000)}`,
    'deep',
    INVALID_REQUEST,
  ],
  'invalid UTF-8': [
    Buffer.from('{"jsonrpc":"2.0","id":"utf8","method":"x","params":["\xff"]}', 'latin1'),
    'utf8',
    PARSE_ERROR,
  ],
  'a raw control character in a string': [
    '{"jsonrpc":"2.0","id":"ctl","method":"x","params":["a\nb"]}',
    'ctl',
    PARSE_ERROR,
  ],
};

for (const [name, [body, id, code]] of Object.entries(bodies)) {
  test(`a body that is ${name} gets its error`, () =>
    withRaw(async (raw) => {
      raw.send(frame(body));
      const { error } = await raw.answer(id);
      assert.equal(error.code, code);
      await raw.stillWorks();
    }));
}

test('an error comes before initialize too', async () => {
  const raw = new Raw();
  try {
    raw.send(frame('{'));
    assert.equal((await raw.answer(null)).error.code, PARSE_ERROR);
    await raw.initialize();
    await raw.stop();
  } finally {
    raw.kill();
  }
});

test('an id that is used twice at once: each request is answered', () =>
  withRaw(async (raw) => {
    const from = raw.received.length;
    const ask = { id: 'twice', method: 'no/such', params: {} };
    raw.send(
      Buffer.concat([ask, ask].map((m) => frame(JSON.stringify({ jsonrpc: '2.0', ...m })))),
    );
    await raw.stillWorks();
    assert.equal(raw.received.slice(from).filter((m) => m.id === 'twice').length, 2);
  }));

// ---- params ----------------------------------------------------------------------

const params = [
  ['textDocument/codeAction', undefined],
  ['textDocument/codeAction', {}],
  ['textDocument/codeAction', []],
  ['textDocument/codeAction', { textDocument: { uri: 5 }, range: range(0, 0, 0, 0) }],
  ['textDocument/codeAction', { textDocument: { uri: 'file:///a' }, range: 5 }],
  [
    'textDocument/codeAction',
    { textDocument: { uri: 'file:///a' }, range: { start: { line: -1, character: 0 }, end: at(0, 0) } },
  ],
  ['codeAction/resolve', undefined],
  ['codeAction/resolve', []],
  ['workspace/executeCommand', undefined],
  ['workspace/executeCommand', {}],
  ['workspace/executeCommand', { command: 'no.such.command', arguments: [] }],
  ['workspace/executeCommand', { command: 'trimtab.edit', arguments: [7] }],
  ['workspace/executeCommand', { command: 'trimtab.edit', arguments: [{ uri: 'file:///a' }] }],
  ['workspace/executeCommand', { command: 'trimtab.decide', arguments: [{ id: '1' }] }],
];

test('params that make no sense are refused with a sentence', () =>
  withRaw(async (raw) => {
    for (const [method, value] of params) {
      const { error } = await raw.request(method, value);
      assert.equal(error?.code, INVALID_PARAMS, `${method} ${JSON.stringify(value)}`);
      assert.ok(error.message.length > 10, error.message);
    }
    await raw.stillWorks();
  }));

test('notifications that make no sense are ignored', () =>
  withRaw(async (raw) => {
    for (const method of [
      'initialized',
      'textDocument/didOpen',
      'textDocument/didChange',
      'textDocument/didSave',
      'textDocument/didClose',
      'workspace/didChangeWorkspaceFolders',
      'workspace/didChangeConfiguration',
      'workspace/didChangeWatchedFiles',
      'window/workDoneProgress/cancel',
      '$/cancelRequest',
      '$/setTrace',
      'trimtab/setKeys',
    ]) {
      for (const value of [undefined, {}, [], { textDocument: null }, { event: 5, keys: [] }]) {
        raw.json({ method, ...(value !== undefined && { params: value }) });
      }
    }
    await raw.stillWorks();
  }));

// ---- documents -----------------------------------------------------------------------

test('changes and closing of a document that is not open', () =>
  withRaw(async (raw) => {
    const textDocument = { uri: 'file:///nobody.py', version: 2 };
    raw.notify('textDocument/didChange', { textDocument, contentChanges: [{ text: 'x' }] });
    raw.notify('textDocument/didSave', { textDocument });
    raw.notify('textDocument/didClose', { textDocument });
    await raw.stillWorks();
    assert.ok(raw.received.some((m) => /not open/.test(m.params?.message)), 'the change is said');
  }));

test('code actions in a document that is not open: none, or a sentence', () =>
  withRaw(async (raw) => {
    const { result, error } = await raw.request('textDocument/codeAction', {
      textDocument: { uri: 'file:///nobody.py' },
      range: range(0, 0, 0, 0),
      context: { diagnostics: [] },
    });
    assert.ok(error ? error.message.length > 10 : result.length === 0);
    await raw.stillWorks();
  }));

const outside = [
  range(99, 0, 99, 0),
  range(0, 99, 0, 99),
  range(0, 0, 99, 99),
  range(4294967295, 4294967295, 4294967295, 4294967295),
  { start: at(1e300, 0), end: at(1.7976931348623157e308, 0) },
  range(3, 0, 0, 0),
];

test('positions outside of the document are brought inside', () =>
  withRaw(async (raw) => {
    raw.notify('textDocument/didOpen', open('file:///p.py', BARE));
    for (const place of outside) await actionsAt(raw, 'file:///p.py', place);
    await raw.stillWorks();
  }));

test('a change outside of the document is not guessed: the document waits for its full text', () =>
  withRaw(async (raw) => {
    const uri = 'file:///q.py';
    raw.notify('textDocument/didOpen', open(uri, BARE));
    assert.ok((await actionsAt(raw, uri, range(2, 0, 2, 0))).length > 0);
    raw.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: range(50, 0, 60, 0), text: 'x' }],
    });
    const during = await actionsAt(raw, uri, range(2, 0, 2, 0));
    assert.ok(during.every((a) => !a.edit), 'no edit for a text that may be another one');
    raw.notify('textDocument/didChange', {
      textDocument: { uri, version: 3 },
      contentChanges: [{ text: BARE }],
    });
    assert.ok((await actionsAt(raw, uri, range(2, 0, 2, 0))).some((a) => a.edit));
  }, literals));

test('a document with NUL characters keeps them', () =>
  withRaw(async (raw) => {
    const uri = 'file:///nul.py';
    const text = `# a\u0000b\n${BARE}`;
    raw.notify('textDocument/didOpen', open(uri, text));
    const action = (await actionsAt(raw, uri, range(3, 0, 3, 0))).find((a) => a.edit);
    assert.ok(action, 'the rule finds its place behind the NUL');
  }, literals));

test('a lone surrogate: no edit is offered until the full text comes', () =>
  withRaw(
    async (raw) => {
      const uri = 'file:///half.py';
      raw.send(
        frame(
          `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"${uri}",` +
            `"languageId":"python","version":1,"text":"x = '\\ud83d'\\ntry:\\n    a()\\nexcept:\\n    pass\\n"}}}`,
        ),
      );
      const during = await actionsAt(raw, uri, range(3, 0, 3, 0));
      assert.ok(during.every((a) => !a.edit));
      raw.notify('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [{ text: BARE }],
      });
      assert.ok((await actionsAt(raw, uri, range(2, 0, 2, 0))).some((a) => a.edit));
    },
    literals,
  ));

test('a notification that is not UTF-8 is lost, and the document is not trusted until its full text', () =>
  withRaw(
    async (raw) => {
      const uri = 'file:///bytes.py';
      raw.notify('textDocument/didOpen', open(uri, BARE));
      const body = Buffer.concat([
        Buffer.from(
          `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"${uri}",` +
            '"version":2},"contentChanges":[{"text":"',
        ),
        Buffer.from([0xff]),
        Buffer.from('"}]}}'),
      ]);
      raw.send(frame(body));
      await raw.stillWorks();
      raw.notify('textDocument/didChange', {
        textDocument: { uri, version: 3 },
        contentChanges: [{ text: BARE }],
      });
      assert.ok((await actionsAt(raw, uri, range(2, 0, 2, 0))).some((a) => a.edit));
    },
    literals,
  ));

test('a file of 50 MB: said once, and everything else goes on', () =>
  withRaw(async (raw) => {
    raw.patience = 90_000; // with sanitizers
    const uri = 'file:///big.py';
    const text = 'x = 1  # a line like many others in a generated file\n'.repeat(1_000_000);
    assert.ok(text.length > 50_000_000);
    raw.notify('textDocument/didOpen', open(uri, text));
    await actionsAt(raw, uri, range(10, 0, 10, 0));
    raw.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: range(500_000, 0, 500_000, 0), text: BARE }],
    });
    await raw.stillWorks();
    const said = raw.received.filter((m) => /larger/.test(m.params?.message));
    assert.equal(said.length, 1);
    raw.notify('textDocument/didClose', { textDocument: { uri } });
    await raw.stillWorks();
  }));

test('a deep document does not bring it down', () =>
  withRaw(async (raw) => {
    const text = `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n${'if a:\n '.repeat(10)}`;
    raw.notify('textDocument/didOpen', open('file:///deep.py', text));
    raw.notify('textDocument/didOpen', open('file:///deep.json', '['.repeat(100_000), 'json'));
    await raw.stillWorks();
  }));
