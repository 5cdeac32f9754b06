// client.mjs -- an editor for tests, around vscode-languageserver-protocol.
//
// It keeps its documents as an editor does, in the encoding that was agreed,
// applies the server's edits to them exactly, checks the shape of everything
// that the server sends, and at the end that each request was answered once.
import assert from 'node:assert/strict';
import protocol from 'vscode-languageserver-protocol/node';
import { applyEdits, positionAt, rangeOf } from './positions.mjs';
import { Server, within } from './server.mjs';
import { checkMessage } from './shapes.mjs';

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter, ResponseError } = protocol;

/** What a modern editor says; tests take away from it. */
export function capabilities(encodings = ['utf-16']) {
  return {
    general: { positionEncodings: encodings },
    textDocument: {
      synchronization: { didSave: true },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: [''] } },
        isPreferredSupport: true,
        disabledSupport: true,
        dataSupport: true,
        honorsChangeAnnotations: true,
        resolveSupport: { properties: ['edit', 'command'] },
        tagSupport: { valueSet: [1] },
      },
      publishDiagnostics: {
        versionSupport: true,
        codeDescriptionSupport: true,
        dataSupport: true,
        relatedInformation: true,
        tagSupport: { valueSet: [1, 2] },
      },
    },
    window: { workDoneProgress: true, showMessage: { messageActionItem: {} } },
    workspace: {
      applyEdit: true,
      configuration: true,
      workspaceFolders: true,
      workspaceEdit: {
        documentChanges: true,
        resourceOperations: ['create', 'rename', 'delete'],
        failureHandling: 'textOnlyTransactional',
        changeAnnotationSupport: { groupsOnLabel: true },
      },
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
      diagnostics: { refreshSupport: true },
    },
  };
}

/** As `capabilities`, for a client that pulls diagnostics. */
export function pulling(encodings) {
  const caps = capabilities(encodings);
  caps.textDocument.diagnostic = { dynamicRegistration: false, relatedDocumentSupport: false };
  return caps;
}

class Document {
  constructor(client, uri, languageId, version, text) {
    Object.assign(this, { client, uri, languageId, version, text });
  }

  range(from, to = from) {
    return rangeOf(this.text, from, to, this.client.encoding);
  }

  position(offset) {
    return positionAt(this.text, offset, this.client.encoding);
  }

  /** Offset of the n-th (from 0) occurrence of `needle`. */
  find(needle, n = 0) {
    let at = this.text.indexOf(needle);
    while (n-- > 0 && at >= 0) at = this.text.indexOf(needle, at + 1);
    assert.ok(at >= 0, `"${needle}" is not in ${this.uri}`);
    return at;
  }

  /** The range of a piece of its text. */
  where(needle, n = 0) {
    const at = this.find(needle, n);
    return this.range(at, at + needle.length);
  }

  /** Type: replace [from, to) by `text`, and tell the server. */
  async type(from, to, text) {
    const change = { range: this.range(from, to), text };
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    await this.changed([change]);
  }

  /** Replace the whole text, as clients with full sync do. */
  async replace(text) {
    this.text = text;
    await this.changed([{ text }]);
  }

  async changed(contentChanges) {
    this.version++;
    await this.client.notify('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges,
    });
  }

  async close() {
    this.client.documents.delete(this.uri);
    await this.client.notify('textDocument/didClose', { textDocument: { uri: this.uri } });
  }
}

export class Client {
  /** options: args, env, capabilities, clientInfo, initializationOptions, settings
   * (what workspace/configuration answers; default null), folders, processId. */
  constructor(options = {}) {
    this.options = options;
    this.server = new Server(options);
    this.encoding = 'utf-16';
    this.documents = new Map();
    this.received = []; // every message of the server, in order
    this.waiting = new Set(); // of { wants, done }
    this.problems = []; // shapes that were wrong
    this.asked = new Map(); // id -> method of our requests
    this.commands = new Map(); // id -> which of our commands
    this.answers = new Map(); // id -> how often it was answered
    this.applyEdit = (params) => this.apply(params.edit);
    this.#connect();
  }

  #connect() {
    const reader = new StreamMessageReader(this.server.process.stdout);
    const writer = new StreamMessageWriter(this.server.process.stdin);
    const listen = reader.listen.bind(reader);
    const write = writer.write.bind(writer);
    reader.listen = (callback) =>
      listen((message) => {
        this.#look(message);
        callback(message);
      });
    writer.write = (message) => {
      if ('method' in message && 'id' in message) {
        this.asked.set(message.id, message.method);
        this.commands.set(message.id, message.params?.command);
      }
      return write(message);
    };
    this.connection = createProtocolConnection(reader, writer, {
      error: (text) => this.problems.push(new Error(text)),
      warn: () => {},
      info: () => {},
      log: () => {},
    });
    this.connection.onError(() => {});
    this.connection.onClose(() => {});
    this.#answerRequests();
    this.connection.onUnhandledNotification(() => {});
    this.connection.listen();
  }

  #answerRequests() {
    this.connection.onRequest('workspace/applyEdit', async (params) => {
      try {
        return { applied: (await this.applyEdit(params)) !== false };
      } catch (error) {
        this.problems.push(error);
        return { applied: false, failureReason: error.message };
      }
    });
    this.connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(() => this.options.settings ?? null),
    );
    this.connection.onRequest('window/workDoneProgress/create', () => null);
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    this.connection.onRequest('window/showMessageRequest', () => null);
  }

  #look(message) {
    this.received.push(message);
    if (!('method' in message)) {
      this.answers.set(message.id, (this.answers.get(message.id) ?? 0) + 1);
    }
    try {
      checkMessage(message, this.asked.get(message.id), this.commands.get(message.id));
    } catch (error) {
      error.message += `\nin ${JSON.stringify(message).slice(0, 2000)}`;
      this.problems.push(error);
    }
    for (const wait of [...this.waiting]) {
      if (!wait.wants(message)) continue;
      this.waiting.delete(wait);
      wait.done(message);
    }
  }

  /** The first message of the server, past or coming, that `wants` is true for. */
  async message(wants, what = 'a message', { from = 0, ms = 15_000 } = {}) {
    const past = this.received.slice(from).find(wants);
    if (past) return past;
    const coming = new Promise((done) => this.waiting.add({ wants, done }));
    const over = this.server.exited.then(() => {
      throw new Error(`the server ended before it sent ${what}. stderr:\n${this.server.stderr}`);
    });
    over.catch(() => {});
    return within(
      ms,
      Promise.race([coming, over]),
      () => `no ${what} came. Received: ${this.received.map((m) => m.method ?? `answer ${m.id}`)}`,
    );
  }

  async notification(method, test = () => true, options) {
    const wants = (m) => m.method === method && test(m.params);
    return (await this.message(wants, method, options)).params;
  }

  async initialize(extra = {}) {
    const { options } = this;
    const result = await this.request('initialize', {
      processId: options.processId ?? process.pid,
      rootUri: options.folders?.[0]?.uri ?? null,
      workspaceFolders: options.folders ?? null,
      capabilities: options.capabilities ?? capabilities(),
      clientInfo: options.clientInfo ?? { name: 'trimtab-tests', version: '1' },
      ...(options.initializationOptions && { initializationOptions: options.initializationOptions }),
      ...extra,
    });
    this.encoding = result.capabilities.positionEncoding ?? 'utf-16';
    this.serverCapabilities = result.capabilities;
    if (!options.silent) await this.notify('initialized', {});
    return result;
  }

  request(method, params, token) {
    // Exactly these arguments: with one more the library sends a list of params.
    const args = [params, token].filter((arg) => arg !== undefined);
    const asked = this.connection.sendRequest(method, ...args);
    return within(20_000, asked, () => `${method} was not answered. stderr:\n${this.server.stderr}`);
  }

  /** A request that must fail: its error. */
  async refused(method, params) {
    let result;
    try {
      result = await this.request(method, params);
    } catch (error) {
      assert.ok(error instanceof ResponseError, error.message);
      return error;
    }
    assert.fail(`${method} was not refused but answered ${JSON.stringify(result)}`);
  }

  notify(method, params) {
    return this.connection.sendNotification(method, params);
  }

  async open(uri, languageId, text, version = 1) {
    const document = new Document(this, uri, languageId, version, text);
    this.documents.set(uri, document);
    await this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
    return document;
  }

  /** The diagnostics of the document as it is now: pulled, or waited for. */
  async diagnostics(document) {
    if (this.serverCapabilities.diagnosticProvider) {
      const report = await this.request('textDocument/diagnostic', {
        textDocument: { uri: document.uri },
      });
      return report.items;
    }
    const { diagnostics } = await this.notification(
      'textDocument/publishDiagnostics',
      (p) => p.uri === document.uri && p.version === document.version,
    );
    return diagnostics;
  }

  actions(document, range, context = {}) {
    return this.request('textDocument/codeAction', {
      textDocument: { uri: document.uri },
      range,
      context: { diagnostics: [], triggerKind: 1, ...context },
    });
  }

  execute(command, ...args) {
    return this.request('workspace/executeCommand', { command, arguments: args });
  }

  /** Carry out a WorkspaceEdit on the documents; false when one of them has moved on. */
  apply(edit) {
    const changes = edit.documentChanges ?? Object.entries(edit.changes).map(([uri, edits]) => ({
      textDocument: { uri, version: null },
      edits,
    }));
    const planned = [];
    for (const change of changes) {
      if (change.kind === 'create') {
        assert.ok(!this.documents.has(change.uri), `${change.uri} exists`);
        continue;
      }
      const document = this.documents.get(change.textDocument.uri);
      assert.ok(document, `an edit of ${change.textDocument.uri}, which is not open`);
      const { version } = change.textDocument;
      if (version !== null && version !== document.version) return false;
      planned.push([document, applyEdits(document.text, change.edits, this.encoding)]);
    }
    for (const [document, text] of planned) document.replace(text);
    return true;
  }

  /** The text after an edit, without telling the server. */
  preview(document, edit) {
    const changes = edit.documentChanges ?? [{ edits: edit.changes[document.uri] }];
    return applyEdits(document.text, changes[0].edits, this.encoding);
  }

  check() {
    if (this.problems.length) throw this.problems[0];
    for (const [id, n] of this.answers) {
      assert.equal(n, 1, `request ${id} (${this.asked.get(id)}) was answered ${n} times`);
    }
  }

  /** The orderly end: everything was answered, nothing leaked. */
  async stop() {
    await this.request('shutdown');
    await this.notify('exit');
    const code = await this.server.ended();
    this.check();
    for (const [id, method] of this.asked) {
      assert.ok(this.answers.has(id), `request ${id} (${method}) was never answered`);
    }
    assert.equal(code, 0);
  }

  kill() {
    this.connection.dispose();
    this.server.kill();
  }
}

/** Run a test body with a client that is initialized, and end it in order. */
export async function withClient(options, body) {
  const client = new Client(options);
  try {
    await client.initialize();
    await body(client);
    await client.stop();
  } finally {
    client.kill();
  }
}
