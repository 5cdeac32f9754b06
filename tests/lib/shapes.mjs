// shapes.mjs -- is every message of the server what the protocol says it is?
// The predicates are those of vscode-languageserver-types, made stricter where
// they let through what an editor would stumble over.
import assert from 'node:assert/strict';
import protocol from 'vscode-languageserver-protocol/node';

const { CodeAction, Command, Diagnostic, Range, TextEdit, AnnotatedTextEdit, CreateFile } = protocol;

/** Nothing absent is sent as null.  LSP itself asks for null in three places. */
function noNulls(value, path) {
  if (value === null) assert.fail(`null at ${path}`);
  if (typeof value !== 'object') return;
  for (const [key, child] of Object.entries(value)) {
    if (child === null && key === 'version' && path.endsWith('.textDocument')) continue;
    noNulls(child, `${path}.${key}`);
  }
}

export function checkRange(range) {
  assert.ok(Range.is(range), `not a range: ${JSON.stringify(range)}`);
  const { start, end } = range;
  assert.ok(
    start.line < end.line || (start.line === end.line && start.character <= end.character),
    `a reversed range: ${JSON.stringify(range)}`,
  );
}

function checkTextEdit(edit, annotations) {
  assert.ok(TextEdit.is(edit), `not a TextEdit: ${JSON.stringify(edit)}`);
  checkRange(edit.range);
  if ('annotationId' in edit) {
    assert.ok(AnnotatedTextEdit.is(edit));
    assert.ok(annotations?.[edit.annotationId], `annotation ${edit.annotationId} is not defined`);
  }
}

export function checkWorkspaceEdit(edit) {
  assert.ok(edit.changes || edit.documentChanges, 'an edit with neither changes nor documentChanges');
  assert.ok(!(edit.changes && edit.documentChanges), 'an edit with both');
  for (const edits of Object.values(edit.changes ?? {})) {
    for (const e of edits) checkTextEdit(e);
  }
  for (const change of edit.documentChanges ?? []) {
    if ('kind' in change) {
      assert.ok(CreateFile.is(change), `not a CreateFile: ${JSON.stringify(change)}`);
      continue;
    }
    const { uri, version } = change.textDocument;
    assert.equal(typeof uri, 'string');
    assert.ok(version === null || Number.isInteger(version), `version ${version}`);
    for (const e of change.edits) checkTextEdit(e, edit.changeAnnotations);
  }
  for (const note of Object.values(edit.changeAnnotations ?? {})) {
    assert.equal(typeof note.label, 'string');
  }
}

export function checkDiagnostic(diagnostic) {
  assert.ok(Diagnostic.is(diagnostic), `not a Diagnostic: ${JSON.stringify(diagnostic)}`);
  checkRange(diagnostic.range);
}

export function checkAction(action) {
  if (typeof action.command === 'string') {
    assert.ok(Command.is(action), `not a Command: ${JSON.stringify(action)}`);
    return;
  }
  // One that is to be resolved has neither; the predicate is from before that.
  const lazy = !action.edit && !action.command;
  const whole = lazy ? { ...action, edit: { changes: {} } } : action;
  assert.ok(CodeAction.is(whole), `not a CodeAction: ${JSON.stringify(action)}`);
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
  shutdown(result) {
    assert.equal(result, null);
  },
  'textDocument/codeAction'(result) {
    assert.ok(Array.isArray(result));
    result.forEach(checkAction);
  },
  'codeAction/resolve'(result) {
    checkAction(result);
  },
  'textDocument/diagnostic'(result) {
    if (result.kind === 'unchanged') {
      assert.equal(typeof result.resultId, 'string');
    } else {
      assert.equal(result.kind, 'full');
      result.items.forEach(checkDiagnostic);
    }
  },
};

const MESSAGE_TYPES = [1, 2, 3, 4];

const notifications = {
  'textDocument/publishDiagnostics'({ uri, version, diagnostics }) {
    assert.equal(typeof uri, 'string');
    assert.ok(version === undefined || Number.isInteger(version));
    diagnostics.forEach(checkDiagnostic);
  },
  'window/showMessage'({ type, message }) {
    assert.ok(MESSAGE_TYPES.includes(type) && message.length > 0);
  },
  'window/logMessage'({ type, message }) {
    assert.ok(MESSAGE_TYPES.includes(type) && message.length > 0);
  },
  '$/progress'({ token, value }) {
    assert.ok(typeof token === 'string' || Number.isInteger(token));
    assert.ok(['begin', 'report', 'end'].includes(value.kind));
    if (value.kind === 'begin') assert.ok(value.title.length > 0);
  },
  '$/logTrace'({ message }) {
    assert.equal(typeof message, 'string');
  },
  '$/cancelRequest'({ id }) {
    assert.ok(typeof id === 'string' || Number.isInteger(id));
  },
  'trimtab/status'({ state, running }) {
    assert.ok(['idle', 'busy', 'warning', 'error', 'off'].includes(state));
    assert.ok(Number.isInteger(running));
  },
  'trimtab/preview'({ id, uri, version, hunks, done }) {
    assert.ok(typeof id === 'string' && typeof uri === 'string' && Number.isInteger(version));
    assert.equal(typeof done, 'boolean');
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
  'window/workDoneProgress/create'({ token }) {
    assert.ok(typeof token === 'string' || Number.isInteger(token));
  },
  'client/registerCapability'({ registrations }) {
    for (const r of registrations) assert.ok(r.id.length > 0 && r.method.length > 0);
  },
  'workspace/diagnostic/refresh'(params) {
    assert.equal(params, undefined);
  },
  'window/showMessageRequest'({ type, message, actions }) {
    assert.ok(MESSAGE_TYPES.includes(type) && message.length > 0 && Array.isArray(actions));
  },
  'window/showDocument'({ uri }) {
    assert.equal(typeof uri, 'string');
  },
};

/** One message of the server; `method` is that of the request it answers. */
export function checkMessage(message, method) {
  assert.equal(message.jsonrpc, '2.0');
  if ('method' in message) {
    const table = 'id' in message ? requests : notifications;
    assert.ok(table[message.method], `the server sent ${message.method}, which nobody expects`);
    if ('params' in message) noNulls(message.params, message.method);
    table[message.method](message.params);
    return;
  }
  assert.ok('id' in message);
  assert.ok('result' in message !== 'error' in message, 'a response has a result or an error');
  if (message.error) {
    assert.ok(Number.isInteger(message.error.code));
    assert.ok(message.error.message.length > 0);
    return;
  }
  // A decision (trimtab.explain) is the same record as on the command line, where null says "none".
  const isDecision = method === 'workspace/executeCommand' && message.result?.candidates;
  if (message.result !== null && !isDecision) noNulls(message.result, `${method} result`);
  results[method]?.(message.result);
}
