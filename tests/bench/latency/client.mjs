// client.mjs -- a bare client, whose own work does not hide the server's; and the cheapest of
// all servers, for what a message there and back costs without any.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { now } from './machine.mjs';

/** A client with as little work of its own as can be. */
export class Bare {
  #buffer = Buffer.alloc(0);
  #waiting = new Map();
  #id = 0;
  notes = [];

  constructor(command, args, { env = {}, cwd } = {}) {
    this.began = now();
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd, env: { ...process.env, ...env } });
    this.process.stdout.on('data', (data) => this.#feed(data));
  }

  #feed(data) {
    this.#buffer = this.#buffer.length ? Buffer.concat([this.#buffer, data]) : data;
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString('latin1', 0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      if (!message.method) {
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
      } else {
        this.notes.push(message.method);
        this.heard?.(message);
        if ('id' in message) this.#write({ id: message.id, result: null });
      }
    }
  }

  /** The bytes of a message. */
  static frame(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
  }

  #write(message) {
    this.process.stdin.write(Bare.frame(message));
  }

  notify(method, params) {
    this.#write({ method, params });
  }

  request(method, params) {
    const id = ++this.#id;
    return new Promise((done) => {
      this.#waiting.set(id, done);
      this.#write({ id, method, params });
    });
  }

  async timed(method, params) {
    const from = now();
    const answer = await this.request(method, params);
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return now() - from;
  }

  async initialize(folder, more = {}) {
    const { result } = await this.request('initialize', {
      processId: process.pid,
      rootUri: `file://${folder}`,
      workspaceFolders: [{ uri: `file://${folder}`, name: 'w' }],
      capabilities: {
        textDocument: {
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [''] } }, dataSupport: true, resolveSupport: { properties: ['edit'] } },
          publishDiagnostics: { versionSupport: true },
        },
        workspace: { applyEdit: true, workspaceEdit: { documentChanges: true } },
        window: { workDoneProgress: true },
        experimental: { trimtab: { preview: true } },
      },
      ...more,
    });
    const took = now() - this.began;
    this.incremental = (result.capabilities.textDocumentSync?.change ?? result.capabilities.textDocumentSync) === 2;
    this.notify('initialized', {});
    return took;
  }

  memory(field = 'VmRSS') {
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1]) / 1024;
  }

  open(uri, text) {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text } });
  }

  end() {
    this.process.kill('SIGKILL');
  }
}

/** `cat` sends a message back as it came: pipes, the scheduler and this client, no server. */
export class Echo {
  #waiting;
  #due = 0;

  constructor() {
    this.process = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdout.on('data', (data) => {
      this.#due -= data.length;
      if (this.#due === 0) this.#waiting();
    });
  }

  /** Milliseconds until as many bytes as a menu has are here again. */
  timed(bytes) {
    const from = now();
    return new Promise((done) => {
      this.#due = bytes.length;
      this.#waiting = () => done(now() - from);
      this.process.stdin.write(bytes);
    });
  }

  end() {
    this.process.kill('SIGKILL');
  }
}
