// raw.mjs -- a client that may send anything: bytes as they are, frames with
// lengths of its choice.  It reads the server's frames strictly.
import assert from 'node:assert/strict';
import { Server, within } from './server.mjs';
import { checkMessage } from './shapes.mjs';

export function frame(body) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

export class Raw {
  constructor(options = {}) {
    this.server = new Server(options);
    this.received = [];
    this.waiting = new Set();
    this.problems = [];
    this.methods = new Map();
    this.commands = new Map();
    this.bytes = Buffer.alloc(0);
    this.nextId = 1;
    this.patience = 15_000; // ms, for each answer
    this.server.process.stdout.on('data', (data) => this.#read(data));
  }

  #read(data) {
    this.bytes = Buffer.concat([this.bytes, data]);
    for (;;) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.bytes.subarray(0, end).toString('latin1');
      const length = /^Content-Length: (\d+)$/.exec(head);
      assert.ok(length, `the server wrote a strange header: ${head}`);
      const from = end + 4;
      const to = from + Number(length[1]);
      if (this.bytes.length < to) return;
      const message = JSON.parse(this.bytes.subarray(from, to).toString('utf8'));
      this.bytes = this.bytes.subarray(to);
      this.#look(message);
    }
  }

  #look(message) {
    this.received.push(message);
    try {
      checkMessage(message, this.methods.get(message.id), this.commands.get(message.id));
    } catch (error) {
      this.problems.push(error);
    }
    for (const wait of [...this.waiting]) {
      if (!wait.wants(message)) continue;
      this.waiting.delete(wait);
      wait.done(message);
    }
  }

  send(bytes) {
    this.server.process.stdin.write(bytes);
  }

  json(message) {
    this.send(frame(JSON.stringify({ jsonrpc: '2.0', ...message })));
  }

  notify(method, params) {
    this.json({ method, params });
  }

  async message(wants, what = 'a message', { from = 0 } = {}) {
    const past = this.received.slice(from).find(wants);
    if (past) return past;
    const coming = new Promise((done) => this.waiting.add({ wants, done }));
    return within(this.patience, coming, () => `no ${what} came. Received: ${JSON.stringify(this.received)}
stderr: ${this.server.stderr}`);
  }

  answer(id) {
    return this.message((m) => m.id === id && !('method' in m), `answer to ${id}`);
  }

  /** A request; gives its response, whatever it is. */
  async request(method, params, id = this.nextId++) {
    this.methods.set(id, method);
    this.commands.set(id, params?.command);
    this.json({ id, method, ...(params !== undefined && { params }) });
    return this.answer(id);
  }

  async initialize(capabilities = {}) {
    const { result } = await this.request('initialize', { processId: process.pid, capabilities });
    this.notify('initialized', {});
    return result;
  }

  /** The server goes on: a document is opened and its code actions come. */
  async stillWorks() {
    const uri = `file:///still-works-${this.nextId}.py`;
    const text = 'try:\n    load()\nexcept:\n    pass\n';
    const position = { line: 2, character: 0 };
    this.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'python', version: 1, text },
    });
    const { result, error } = await this.request('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [] },
    });
    assert.ok(!error, JSON.stringify(error));
    assert.ok(Array.isArray(result));
    this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  async stop() {
    const { result } = await this.request('shutdown');
    assert.equal(result, null);
    this.notify('exit');
    const code = await this.server.ended();
    if (this.problems.length) throw this.problems[0];
    assert.equal(code, 0);
  }

  kill() {
    this.server.kill();
  }
}

/** Run a test body with a raw client that is initialized, and end it in order. */
export async function withRaw(body, capabilities) {
  const raw = new Raw();
  try {
    await raw.initialize(capabilities);
    await body(raw);
    await raw.stop();
  } finally {
    raw.kill();
  }
}
