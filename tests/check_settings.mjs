// check_settings.mjs -- every setting is the same everywhere.
//
// protocol/config.schema.json is the one list.  The reader of the server is held against
// it by tests/unit/config/test_schema.c; this script holds against it
//   protocol/settings.md             the page for people, made by --write
//   clients/vscode/package.json      the settings of VS Code, made by its own script
//   clients/neovim                   its help and its types, likewise
//   README.md, protocol/README.md    examples of settings name none that does not exist
//
//   node tests/check_settings.mjs [--write] [ROOT]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const args = process.argv.slice(2).filter((arg) => arg !== '--write');
const root = path.resolve(args[0] ?? path.join(path.dirname(new URL(import.meta.url).pathname), '..'));
const at = (name) => path.join(root, name);
const schema = JSON.parse(fs.readFileSync(at('protocol/config.schema.json'), 'utf8'));
const wrong = [];

// ---- the page ----

const resolve = (node) => (node.$ref ? { ...schema.$defs[node.$ref.replace('#/$defs/', '')], ...node } : node);
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function values(node) {
  if (node.enum) return node.enum.map((value) => `\`"${value}"\``).join(', ');
  if (node.anyOf) return node.anyOf.map(resolve).map(values).join(' or ');
  const limits = node.maximum === undefined ? '' : `, ${node.minimum} to ${node.maximum}`;
  if (node.type === 'array') return `list of ${values(resolve(node.items))}s`;
  if (node.type === 'object' && node.additionalProperties) return `object of ${values(resolve(node.additionalProperties))}`;
  return node.type + limits;
}

const mayProject = (node) => (node['x-project'] ? 'yes' : '');

/** A row for the setting, and one for each member that it has.  `project`: the column of
 * what a project may set; null where there is none. */
function rows(name, raw, project) {
  const node = resolve(raw);
  const fallback = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  const columns = [`\`${name}\``, values(node), fallback, project, node.description ?? ''];
  const own = `| ${columns.filter((text) => text !== null).map(cell).join(' | ')} |`;
  const members = raw.$ref ? [] : Object.entries(node.properties ?? {});
  return [own, ...members.flatMap(([member, child]) => rows(`${name}.${member}`, child, project))];
}

function table(nodes, project) {
  const head = ['setting', 'values', 'without it', ...(project ? ['in a project'] : []), 'what it does'];
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`,
    ...Object.entries(nodes).flatMap(([name, node]) => rows(name, node, project && mayProject(node)))].join('\n');
}

function page() {
  const parts = [
    '# Settings',
    '<!-- Made from config.schema.json by: node tests/check_settings.mjs --write -->',
    schema.description,
    'Later sources win, member by member: built in, your `config.json`, the project\'s `.trimtab.json`, ' +
      '`initializationOptions`, the section `trimtab` of `workspace/configuration`. Lists of `ignore` add up. ' +
      'Files may hold comments and trailing commas, and are read again when they change.',
    table(schema.properties, true),
  ];
  for (const [name, node] of Object.entries(schema.$defs))
    parts.push(`## ${/^[aeiou]/.test(name) ? 'An' : 'A'} ${name}`, node.description, table(node.properties, null));
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

// ---- examples in the other pages ----

const known = (name, nodes) => Object.hasOwn(nodes.properties ?? {}, name) || Boolean(nodes.additionalProperties);

function checkExample(where, value, raw, trail) {
  const node = resolve(raw);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || node.anyOf) return;
  for (const [name, child] of Object.entries(value)) {
    if (!known(name, node)) wrong.push(`${where}: there is no setting ${[...trail, name].join('.')}`);
    else checkExample(where, child, node.properties?.[name] ?? node.additionalProperties, [...trail, name]);
  }
}

/** JSON objects of a page that look like settings: one of their members is one. */
function examples(file) {
  const found = [];
  for (const [, block] of fs.readFileSync(at(file), 'utf8').matchAll(/^(\{\n[\s\S]*?^\})$/gm)) {
    try {
      const value = JSON.parse(block);
      if (Object.keys(value).some((name) => Object.hasOwn(schema.properties, name))) found.push(value);
    } catch {} // some other language
  }
  return found;
}

// ---- all of it ----

const settings = at('protocol/settings.md');
if (process.argv.includes('--write')) fs.writeFileSync(settings, page());
else if (!fs.existsSync(settings) || fs.readFileSync(settings, 'utf8') !== page())
  wrong.push('protocol/settings.md is not up to date. Run: node tests/check_settings.mjs --write');

const manifest = spawnSync(process.execPath, [at('clients/vscode/scripts/manifest.mjs'), '--check'], { encoding: 'utf8' });
if (manifest.status !== 0) wrong.push(`clients/vscode: ${manifest.stderr.trim()}`);

const write = process.argv.includes('--write') ? ['--write'] : [];
const neovim = spawnSync(process.execPath, [at('tests/editors/neovim/pages.mjs'), ...write], { encoding: 'utf8' });
if (neovim.status !== 0) wrong.push(`clients/neovim: ${neovim.stderr.trim()}`);

let n = 0;
for (const file of ['README.md', 'protocol/README.md']) {
  for (const value of examples(file)) {
    n++;
    checkExample(file, value, schema, []);
  }
}
if (n === 0) wrong.push('README.md shows no example of settings any more: this check looks for nothing');

for (const line of wrong) console.error(line);
process.exitCode = wrong.length ? 1 : 0;
