// lifecycle-model.mjs -- what the specification says of a server's life, as a small
// machine: which messages there are, and what each may be answered with, in each order.
//
// LSP 3.18, "Server lifecycle": a request before `initialize` is answered with -32002,
// one after `shutdown` with -32600, a notification is dropped (all but `exit`);
// `initialize` comes once; `exit` ends with 0 after `shutdown`, else with 1.

const NOT_INITIALIZED = -32002;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const CONTENT_MODIFIED = -32801;
const CANCELLED = -32800;

export const URI = 'file:///w/life.py';
export const BARE = 'try:\n    load()\nexcept:\n    pass\n';
export const MENDED = BARE.replace('except:', 'except ValueError:');

/** A session as the specification sees it. */
export class Life {
  phase = 'fresh'; // running, shutdown, ended
  document = null; // { version, text }
  versions = 0; // of whatever was opened or changed
  asked = []; // every request: { op, may: outcomes, text, version }
  code = null; // what exit must give

  /** The answers that a request of `op` may have now; null for a notification. */
  #outcomes(op) {
    if (!ops[op].answer) return null;
    if (this.phase === 'fresh' && op !== 'initialize') return [NOT_INITIALIZED];
    if (this.phase === 'shutdown') return [INVALID_REQUEST];
    return ops[op].answer(this);
  }

  /** Take one message; the message to send for it: { method, params }. */
  step(op) {
    const may = this.#outcomes(op);
    const message = ops[op].message(this);
    if (may) this.asked.push({ op, may, ...this.document });
    const takes = this.phase === 'running' || ['initialize', 'exit', 'cancel'].includes(op);
    if (takes) ops[op].then?.(this);
    return message;
  }

  /** A request that may wait inside of the server may learn of what came meanwhile. */
  late(code) {
    for (const entry of this.asked) if (entry.op === 'actions' && entry.may.includes('result')) entry.may.push(code);
  }
}

const item = (life) => ({ uri: URI, version: life.versions + 1 });

function written(life, text) {
  life.document = { version: ++life.versions, text };
}

/** Every kind of message: `answer` makes it a request (its outcomes while the server
 * runs), `then` says what it changes. */
export const ops = {
  initialize: {
    message: () => ({ method: 'initialize' }),
    answer: (life) => [life.phase === 'fresh' ? 'result' : INVALID_REQUEST],
    then: (life) => (life.phase = life.phase === 'fresh' ? 'running' : life.phase),
  },
  initialized: { message: () => ({ method: 'initialized', params: {} }) },
  open: {
    message: (life) => ({
      method: 'textDocument/didOpen',
      params: { textDocument: { ...item(life), languageId: 'python', text: BARE } },
    }),
    then(life) {
      if (life.document) life.late(CONTENT_MODIFIED);
      written(life, BARE);
    },
  },
  change: {
    message: (life) => ({
      method: 'textDocument/didChange',
      params: {
        textDocument: item(life),
        contentChanges: [{ text: life.document?.text === BARE ? MENDED : BARE }],
      },
    }),
    then(life) {
      if (life.document) written(life, life.document.text === BARE ? MENDED : BARE);
    },
  },
  close: {
    message: () => ({ method: 'textDocument/didClose', params: { textDocument: { uri: URI } } }),
    then(life) {
      if (life.document) life.late(CONTENT_MODIFIED);
      life.document = null;
    },
  },
  actions: {
    message: () => ({
      method: 'textDocument/codeAction',
      params: {
        textDocument: { uri: URI },
        range: { start: { line: 2, character: 0 }, end: { line: 2, character: 3 } },
        context: { diagnostics: [] },
      },
    }),
    answer: (life) => [life.document ? 'result' : INVALID_PARAMS],
  },
  /** Nothing waits for this one, so it tells exactly what the server believes. */
  status: {
    message: () => ({
      method: 'workspace/executeCommand',
      params: { command: 'trimtab.status', arguments: [{}] },
    }),
    answer: () => ['result'],
  },
  cancel: {
    message: () => ({ method: '$/cancelRequest', of: 'last' }),
    then(life) {
      const last = life.asked.at(-1);
      if (last?.op === 'actions' && last.may.includes('result')) last.may.push(CANCELLED);
    },
  },
  unknown: {
    message: () => ({ method: 'textDocument/hover', params: {} }),
    answer: () => [METHOD_NOT_FOUND],
  },
  'unknown notice': { message: () => ({ method: 'no/such', params: {} }) },
  shutdown: {
    message: () => ({ method: 'shutdown' }),
    answer: () => ['result'],
    then: (life) => (life.phase = 'shutdown'),
  },
  exit: {
    message: () => ({ method: 'exit' }),
    then(life) {
      life.code = life.phase === 'shutdown' ? 0 : 1;
      life.phase = 'ended';
    },
  },
};

/** Every sequence of `length` of `names`; one that comes to `exit` ends there. */
export function* words(names, length, so = []) {
  if (so.length === length || so.at(-1) === 'exit') {
    yield so;
    return;
  }
  for (const name of names) yield* words(names, length, [...so, name]);
}

/** Every order of `names`, each once; what stands behind `exit` is left out, and what is
 * then the same is there once. */
export function* orders(names, so = []) {
  if (!names.length || so.at(-1) === 'exit') {
    yield so;
    return;
  }
  for (const name of names) yield* orders(names.filter((other) => other !== name), [...so, name]);
}

/** One walk in which every sequence of `length` of `names` stands (de Bruijn). */
export function walk(names, length) {
  const k = names.length;
  const a = new Array(k * length).fill(0);
  const out = [];
  const grow = (t, p) => {
    if (t > length) {
      if (length % p === 0) for (let i = 1; i <= p; i++) out.push(a[i]);
      return;
    }
    a[t] = a[t - p];
    grow(t + 1, p);
    for (let j = a[t - p] + 1; j < k; j++) {
      a[t] = j;
      grow(t + 1, t);
    }
  };
  grow(1, 1);
  return [...out, ...out.slice(0, length - 1)].map((i) => names[i]);
}
