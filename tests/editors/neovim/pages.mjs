// pages.mjs -- what of the plugin is made from protocol/config.schema.json:
//
//   doc/trimtab.txt        its section on settings
//   doc/tags               where :help finds what
//   lua/trimtab/types.lua  the settings as types, for editors
//
//   node pages.mjs [--write]
import fs from 'node:fs';
import path from 'node:path';

// Node 18 too: tests/check_settings.mjs runs this wherever the program is built.
const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../..');
const plugin = path.join(root, 'clients/neovim');
const schema = JSON.parse(fs.readFileSync(path.join(root, 'protocol/config.schema.json'), 'utf8'));
const WIDTH = 78;
const RULE = '='.repeat(WIDTH);

const refers = (node) => node.$ref?.replace('#/$defs/', '');
const resolve = (node) => (node.$ref ? { ...schema.$defs[refers(node)], ...node } : node);
const members = (node) => Object.entries(node.properties ?? {});

// ---- the help ----

function wrapped(text, indent) {
  const lines = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.trim() && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() ? ` ${word}` : word;
  }
  return [...lines, line];
}

const tagOf = (name) => `trimtab-settings-${name}`;

function values(node) {
  if (node.$ref) return `|${tagOf(refers(node))}|`;
  if (node.enum) return node.enum.map((value) => `"${value}"`).join(', ');
  if (node.anyOf) return node.anyOf.map(values).join(' or ');
  if (node.type === 'array') return `list of ${values(node.items)}s`;
  if (node.type === 'object' && node.additionalProperties) return `table of ${values(node.additionalProperties)}`;
  if (node.type === 'object') return 'table';
  return node.type + (node.maximum === undefined ? '' : `, ${node.minimum} to ${node.maximum}`);
}

/** A setting and its members, as in `timeouts.idle_ms`. */
function entry(name, node, tagged) {
  const fallback = node.default === undefined ? '' : ` (default ${JSON.stringify(node.default)})`;
  const project = tagged && node['x-project'] ? '; also in a project' : '';
  const tag = tagged ? `*trimtab-setting-${name}*` : '';
  const own = [
    name + (tag ? tag.padStart(WIDTH - name.length) : ''),
    ...wrapped(values(node) + fallback + project, '        '),
    ...wrapped(resolve(node).description ?? '', '    '),
  ];
  const inner = node.$ref || node.additionalProperties ? [] : members(node);
  return [...own, ...inner.flatMap(([member, child]) => ['', ...entry(`${name}.${member}`, child, false)])];
}

function settingsSection() {
  const lines = [
    '',
    '(This section is made from protocol/config.schema.json.)',
    '',
    ...wrapped(
      'They are the same in your config.json (see `trimtab doctor`), in |trimtab-option-settings|, and in ' +
        "the configuration of Neovim, which overrules both:",
      '',
    ),
  ];
  lines[lines.length - 1] += ' >lua';
  lines.push(
    "    vim.lsp.config('trimtab', { settings = { trimtab = {",
    "      policy = 'economy',",
    "      pins = { ['language:sql'] = 'claude' },",
    '    } } })',
    '<',
    ...wrapped('"also in a project" marks what a `.trimtab.json` may set.', ''),
    '',
  );
  for (const [name, node] of members(schema)) lines.push(...entry(name, node, true), '');
  for (const [name, node] of Object.entries(schema.$defs)) {
    const tag = `*${tagOf(name)}*`;
    const title = `${/^[aeiou]/.test(name) ? 'An' : 'A'} ${name} ~`;
    lines.push(tag.padStart(WIDTH), title, ...wrapped(node.description, '    '), '');
    for (const [member, child] of members(node)) lines.push(...entry(member, child, false), '');
  }
  return lines;
}

function help(text) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.endsWith('*trimtab-settings*'));
  const end = lines.indexOf(RULE, start);
  if (start < 0 || end < 0) throw new Error('doc/trimtab.txt has no section on settings');
  return [...lines.slice(0, start + 1), ...settingsSection(), ...lines.slice(end)].join('\n');
}

/** As :helptags writes it. */
function tags(text) {
  const found = [...text.matchAll(/(?<=^|\s)\*([^*|\s]+)\*(?=\s|$)/gm)].map(([, tag]) => tag);
  const bytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return found.sort(bytes).map((tag) => `${tag}\ttrimtab.txt\t/*${tag.replaceAll('\\', '\\\\')}*\n`).join('');
}

// ---- the types ----

const className = (name) => `trimtab.${name.split('_').map((part) => part[0].toUpperCase() + part.slice(1)).join('')}`;
const classes = [];

function luaType(name, node) {
  if (node.$ref) return className(refers(node));
  if (node.enum) return node.enum.map((value) => `'${value}'`).join('|');
  if (node.anyOf) return node.anyOf.map((one) => luaType(name, one)).join('|');
  if (node.type === 'array') return `${luaType(name, node.items)}[]`;
  if (node.type === 'object' && node.additionalProperties) return `table<string, ${luaType(name, node.additionalProperties)}>`;
  if (node.type === 'object') {
    classes.push(classOf(`${name}_settings`, node));
    return className(`${name}_settings`);
  }
  return node.type;
}

function classOf(name, node) {
  const fields = members(node).map(
    ([member, child]) => `---@field ${member}? ${luaType(member, child)} ${resolve(child).description ?? ''}`.trimEnd(),
  );
  return [`---@class ${className(name)}`, ...fields].join('\n');
}

function types() {
  classes.length = 0;
  const settings = classOf('settings', schema);
  const own = Object.entries(schema.$defs).map(([name, node]) => classOf(name, node));
  const all = [settings, ...own, ...new Set(classes)];
  return ['---@meta', '-- Made from protocol/config.schema.json by tests/editors/neovim/pages.mjs.', '', all.join('\n\n'), ''].join('\n');
}

// ---- all of it ----

const at = (name) => path.join(plugin, name);
const read = (name) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), 'utf8') : '');
const page = help(read('doc/trimtab.txt'));

const links = new Set([...page.matchAll(/\|((?:trimtab|:LspTrimtab|Trimtab|<Plug>\(trimtab)[^|\s]*)\|/g)].map(([, link]) => link));
for (const link of links) {
  if (page.includes(`*${link}*`)) continue;
  console.error(`doc/trimtab.txt: there is no tag for |${link}|`);
  process.exitCode = 1;
}
for (const [i, line] of page.split('\n').entries()) {
  if (line.length <= WIDTH) continue;
  console.error(`doc/trimtab.txt:${i + 1}: wider than ${WIDTH} columns`);
  process.exitCode = 1;
}
for (const [name, text] of Object.entries({
  'doc/trimtab.txt': page,
  'doc/tags': tags(page),
  'lua/trimtab/types.lua': types(),
})) {
  if (read(name) === text) continue;
  if (process.argv.includes('--write')) {
    fs.writeFileSync(at(name), text);
    continue;
  }
  console.error(`clients/neovim/${name} is not up to date. Run: tests/editors/neovim/run --format`);
  process.exitCode = 1;
}
