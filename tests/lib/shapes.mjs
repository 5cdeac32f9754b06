// shapes.mjs -- is every message of the server what the protocol says it is?
// Each is checked field by field against the protocol's types (lsp-types.mjs), and ours
// against protocol/methods.json; beyond that, against what an editor would stumble over.
import assert from 'node:assert/strict';
import { lsp, mistake } from './lsp-types.mjs';
import { paramsOf, resultOf } from './our-types.mjs';

/** Nothing absent is sent as null.  LSP itself asks for null in three places. */
function noNulls(value, path) {
  if (value === null) assert.fail(`null at ${path}`);
  if (typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    if (child === null && key === 'version' && path.endsWith('.textDocument')) continue;
    noNulls(child, `${path}.${key}`);
  }
}

export function checkRange({ start, end }) {
  const range = { start, end };
  assert.ok(
    start.line < end.line || (start.line === end.line && start.character <= end.character),
    `a reversed range: ${JSON.stringify(range)}`,
  );
}

function checkTextEdit(edit, annotations) {
  checkRange(edit.range);
  if ('annotationId' in edit) assert.ok(annotations?.[edit.annotationId], `annotation ${edit.annotationId} is not defined`);
}

export function checkWorkspaceEdit(edit) {
  assert.ok(edit.changes || edit.documentChanges, 'an edit with neither changes nor documentChanges');
  assert.ok(!(edit.changes && edit.documentChanges), 'an edit with both');
  for (const edits of Object.values(edit.changes ?? {})) {
    for (const e of edits) checkTextEdit(e);
  }
  for (const change of edit.documentChanges ?? []) {
    if (change.kind) continue;
    for (const e of change.edits) checkTextEdit(e, edit.changeAnnotations);
  }
}

export function checkDiagnostic(diagnostic) {
  checkRange(diagnostic.range);
}

export function checkAction(action) {
  if (typeof action.command === 'string') return;
  const lazy = !action.edit && !action.command;
  assert.ok(!lazy || action.data || action.disabled, 'an action that can do nothing');
  assert.ok(action.title.length > 0);
  if (action.disabled) assert.ok(action.disabled.reason.length > 0);
  if (action.edit) checkWorkspaceEdit(action.edit);
  for (const d of action.diagnostics ?? []) checkDiagnostic(d);
}

const results = {
  initialize(result) {
    assert.ok(['utf-8', 'utf-16', 'utf-32'].includes(result.capabilities.positionEncoding));
    assert.equal(typeof result.serverInfo.name, 'string');
    assert.equal(typeof result.serverInfo.version, 'string');
  },
  'textDocument/codeAction'(result) {
    assert.ok(Array.isArray(result));
    result.forEach(checkAction);
  },
  'codeAction/resolve'(result) {
    checkAction(result);
  },
  'textDocument/diagnostic'(result) {
    result.items?.forEach(checkDiagnostic);
  },
};

const said = ({ message }) => assert.ok(message.length > 0);

const notifications = {
  'textDocument/publishDiagnostics'({ diagnostics }) {
    diagnostics.forEach(checkDiagnostic);
  },
  'window/showMessage': said,
  'window/logMessage': said,
  '$/progress'({ value }) {
    if (value.kind === 'begin') assert.ok(value.title.length > 0);
  },
  'trimtab/status'() {},
  'trimtab/preview'({ hunks }) {
    for (const hunk of hunks) checkRange(hunk.range);
  },
};

const requests = {
  'workspace/applyEdit'({ edit }) {
    checkWorkspaceEdit(edit);
  },
  'workspace/configuration'({ items }) {
    assert.ok(items.length > 0);
    for (const item of items) assert.equal(item.section, 'trimtab');
  },
  'window/workDoneProgress/create'() {},
  'client/registerCapability'({ registrations }) {
    for (const { id, method, registerOptions } of registrations) {
      assert.ok(id.length > 0 && lsp.messages[method], method);
      fits(registerOptions, lsp.messages[method].options, `the options of ${method}`);
    }
  },
  'workspace/diagnostic/refresh'() {},
  'window/showMessageRequest': said,
};

function fits(value, type, at) {
  const wrong = mistake(value, type, at);
  assert.ok(!wrong, wrong);
}

const PROGRESS = {
  token: { type: { oneOf: [{ is: 'string' }, { is: 'number' }] } },
  value: { type: { oneOf: ['Begin', 'Report', 'End'].map((kind) => lsp.named[`WorkDoneProgress${kind}`]) } },
};

/** What vscode-jsonrpc declares is not among the messages. */
const paramsType = (method) =>
  method === '$/progress' ? { fields: PROGRESS } : (paramsOf(method) ?? lsp.messages[method]?.params ?? { is: 'undefined' });

/** `void` is null on the wire. */
function resultType(method, command) {
  const own = method === 'workspace/executeCommand' && resultOf(command);
  const type = own || lsp.messages[method]?.result;
  return type?.is === 'undefined' ? { is: 'null' } : type;
}

const ERROR = { fields: { code: { type: { is: 'number' } }, message: { type: { is: 'string' } }, data: { type: { is: 'any' }, optional: true } } };

function checkAnswer(message, method, command) {
  fits(message, { fields: { jsonrpc: { type: { value: '2.0' } }, id: { type: { oneOf: [{ is: 'string' }, { is: 'number' }, { is: 'null' }] } } }, others: { is: 'any' } }, 'response');
  assert.ok('result' in message !== 'error' in message, 'a response has a result or an error');
  if (message.error) {
    fits(message.error, ERROR, 'error');
    assert.ok(message.error.message.length > 0);
    return;
  }
  if (!method) return; // the test does not say what it asked
  assert.ok(resultType(method, command), `${method} is no request of the protocol`);
  fits(message.result, resultType(method, command), `${command ?? method} result`);
  if (message.result !== null) noNulls(message.result, `${method} result`);
  results[method]?.(message.result);
}

/** One message of the server; `method` (and `command`) are of the request that it answers. */
export function checkMessage(message, method, command) {
  assert.equal(message.jsonrpc, '2.0');
  if (!('method' in message)) {
    checkAnswer(message, method, command);
    return;
  }
  const table = 'id' in message ? requests : notifications;
  assert.ok(table[message.method], `the server sent ${message.method}, which nobody expects`);
  for (const key of Object.keys(message)) assert.ok(['jsonrpc', 'id', 'method', 'params'].includes(key), `a message with ${key}`);
  if (message.params !== undefined) noNulls(message.params, message.method);
  fits(message.params, paramsType(message.method), message.method);
  table[message.method](message.params);
}
