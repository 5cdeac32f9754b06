// context.test.mjs -- what a prompt holds beyond the asked code, and what it never holds:
// seen by `trimtab edit --dry-run`, which sends nothing.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Client } from '../lib/client.mjs';
import { workspace } from '../lib/cli-server.mjs';
import { mockModels, until } from '../lib/model.mjs';

const API = [
  'import requests',
  'from orders.db import get_order, OrderError',
  'from .hidden import hidden',
  'from .untracked import untracked',
  'from .link import outside',
  '',
  '',
  'def show(order_id):',
  '    order = get_order(order_id)',
  '    hidden(untracked(outside()))',
  "    return requests.get('http://x/' + order.id)",
  '',
].join('\n');

const FILES = {
  '.gitignore': 'untracked.py\n',
  '.trimtabignore': '# never\norders/hidden.py\n',
  'AGENTS.md': 'Use structlog for every log line.\n',
  '.trimtab/prompts/tasks/resilience.md': 'House rule: the timeout is OUR_TIMEOUT.\n',
  'orders/db.py': 'class OrderError(Exception):\n    pass\n\n\ndef get_order(i):\n    return ORDERS[i]\n\n\ndef not_used():\n    pass\n',
  'orders/hidden.py': 'def hidden(x):\n    return "body of hidden"\n',
  'orders/untracked.py': 'def untracked(x):\n    return "body of untracked"\n',
  'orders/api.py': API,
};

async function inWorkspace(body, files = FILES) {
  const space = workspace(files);
  mkdirSync(space.path('.git'));
  try {
    await body(space);
  } finally {
    space.drop();
  }
}

const dryRun = async (space, file = 'orders/api.py:8-11') => {
  const run = await space.run(['edit', file, 'add a timeout', '--dry-run', '--json']);
  assert.equal(run.code, 0, run.stderr);
  const { request, receipt } = run.json();
  const body = JSON.parse(request.slice(request.indexOf('\n\n') + 2));
  return { text: JSON.stringify(body), sent: receipt.sent };
};

test('definitions from other files go along, and are listed with their tokens', () =>
  inWorkspace(async (space) => {
    const { text, sent } = await dryRun(space);
    assert.match(text, /<reference path=\\"orders\/db.py\\" lines=\\"5-6\\">/);
    assert.doesNotMatch(text, /not_used/);
    const files = sent.filter((part) => part.path === 'orders/db.py');
    assert.equal(files.length, 1, JSON.stringify(sent));
    assert.ok(files[0].tokens > 0);
    assert.match(text, /requests.get\(\) has no timeout/);
  }));

test('files that git ignores, .trimtabignore names or a link leads out to are not read', () =>
  inWorkspace(async (space) => {
    const other = workspace({ 'link.py': 'def outside():\n    return "body of outside"\n' });
    symlinkSync(other.path('link.py'), space.path('orders/link.py'));
    try {
      const { text } = await dryRun(space);
      assert.doesNotMatch(text, /body of/);
      const asked = await space.run(['edit', 'orders/hidden.py:1', 'x', '--dry-run']);
      assert.notEqual(asked.code, 0);
      assert.match(asked.stderr, /ignore list: it is never sent/);
    } finally {
      other.drop();
    }
  }));

test("a project's rules and templates count once the user trusts the folder", () =>
  inWorkspace(async (space) => {
    const own = /structlog|OUR_TIMEOUT/;
    assert.doesNotMatch((await dryRun(space)).text, own);

    assert.equal((await space.run(['trust', '.'])).code, 0);
    assert.deepEqual((await space.run(['trust', '--json'])).json().trusted.length, 1);
    const trusted = await dryRun(space);
    assert.match(trusted.text, /structlog/);
    assert.match(trusted.text, /OUR_TIMEOUT/);
    assert.ok(trusted.sent.some((part) => part.kind === 'project rules'), JSON.stringify(trusted.sent));

    assert.equal((await space.run(['trust', '.', '--remove'])).code, 0);
    assert.doesNotMatch((await dryRun(space)).text, own);
    assert.equal((await space.run(['trust', 'no/such/folder'])).code, 2);
  }));

test("the user's own templates stand in for the built-in ones without trust", () =>
  inWorkspace(async (space) => {
    space.write('.home/config/prompts/tasks/resilience.md', 'My own advice on calls.\n');
    assert.match((await dryRun(space)).text, /My own advice on calls/);
  }));

test('context_tokens: 0 sends nothing beyond the file', () =>
  inWorkspace(async (space) => {
    space.write('.home/config/config.json', '{"context_tokens": 0}');
    const { sent } = await dryRun(space);
    assert.ok(!sent.some((part) => part.path === 'orders/db.py'), JSON.stringify(sent));
  }));

const GO = {
  'go.mod': 'module example.com/shop\n',
  'api/orders.go': [
    'package api', '', 'import (', '\t"net/http"', '', '\t"example.com/shop/internal/store"', ')', '',
    'func (h *Handler) Get(w http.ResponseWriter, r *http.Request) {',
    '\tvar o *store.Order = store.Find(r.URL.Path)', '\trespond(w, o)', '}', '',
  ].join('\n'),
  'api/handler.go': 'package api\n\ntype Handler struct{ name string }\n\nfunc respond(w any, v any) { body() }\n',
  'api/other.go': 'package api\n\nfunc unused() {}\n',
  'internal/store/store.go': 'package store\n\ntype Order struct{ ID string }\n\nfunc Find(id string) *Order { return nil }\n',
};

test('a package is a folder: its other files and those of an imported one are looked at', () =>
  inWorkspace(async (space) => {
    const { text, sent } = await dryRun(space, 'api/orders.go:10');
    for (const part of ['type Handler struct', 'func respond', 'type Order struct', 'func Find']) {
      assert.ok(text.includes(part), part);
    }
    assert.doesNotMatch(text, /unused/);
    assert.deepEqual([...new Set(sent.filter((p) => p.kind === 'reference').map((p) => p.path))].sort(),
      ['api/handler.go', 'internal/store/store.go']);
  }, GO));

test('members of an imported module are found', () =>
  inWorkspace(async (space) => {
    space.write('orders/api.py', 'from orders import db\nimport requests\n\n\ndef show(i):\n    return requests.get(db.get_order(i))\n');
    assert.match((await dryRun(space, 'orders/api.py:5')).text, /def get_order/);
    space.write('api.js', "const db = require('./db');\n\nasync function show(i) {\n  return fetch(db.find(i));\n}\n");
    space.write('db.js', 'function find(i) {\n  return i;\n}\nmodule.exports = { find };\n');
    assert.match((await dryRun(space, 'api.js:3')).text, /function find/);
  }));

test('a file that git ignores is not shown beside another one, also when it is open', () =>
  inWorkspace(async (space) => {
    const models = await mockModels([{}, { content: 'Nothing to do.' }]);
    const client = new Client({
      folders: [{ uri: pathToFileURL(space.folder).href, name: 'w' }],
      env: { ANTHROPIC_API_KEY: 'sk-ant-test' },
      initializationOptions: models.settings(),
    });
    const open = (name) => client.open(pathToFileURL(space.path(name)).href, 'python', FILES[name]);
    try {
      await client.initialize();
      for (const name of ['orders/untracked.py', 'orders/hidden.py', 'orders/db.py']) await open(name);
      const api = await open('orders/api.py');
      await client.execute('trimtab.edit', {
        uri: api.uri, range: api.where('requests.get'), instruction: 'add a timeout', model: 'claude',
      });
      const [asked] = await until(() => models.requests().length && models.requests(), 'the question');
      const text = JSON.stringify(asked.body);
      assert.match(text, /def get_order/);
      assert.doesNotMatch(text, /body of/);
    } finally {
      client.kill();
      await models.stop();
    }
  }));
