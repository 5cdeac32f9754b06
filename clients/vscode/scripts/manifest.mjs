// manifest.mjs -- the settings of package.json, made from protocol/config.schema.json.
//
//   node scripts/manifest.mjs           write them
//   node scripts/manifest.mjs --check   exit 1 when package.json is not up to date
//
// A setting is for the machine unless a project may hold it (x-project), since a
// repository can carry workspace settings: endpoints, keys, commands, limits
// and what is sent must not come from there.  So must the rules not be silenced.
import fs from 'node:fs';

const here = (path) => new URL(`../${path}`, import.meta.url);
const schema = JSON.parse(fs.readFileSync(here('../../protocol/config.schema.json'), 'utf8'));
const manifest = JSON.parse(fs.readFileSync(here('package.json'), 'utf8'));

const forMachine = new Set(['rules']);

/** Without $ref and without what VS Code does not know. */
function resolved(node) {
  if (Array.isArray(node)) return node.map(resolved);
  if (node === null || typeof node !== 'object') return node;
  const { $ref, 'x-project': _project, ...rest } = node;
  const base = $ref ? schema.$defs[$ref.replace('#/$defs/', '')] : {};
  return Object.fromEntries(
    Object.entries({ ...base, ...rest }).map(([key, value]) => [key, resolved(value)]),
  );
}

function setting(name, node) {
  const { description, ...rest } = resolved(node);
  const machine = !node['x-project'] || forMachine.has(name);
  const words = description.replace(/"([a-z-]+)"/g, '`$1`');
  return {
    ...rest,
    scope: machine ? 'machine' : 'resource',
    markdownDescription: words,
  };
}

const own = {
  'trimtab.server.path': {
    type: 'string',
    default: '',
    scope: 'machine',
    order: 0,
    markdownDescription:
      'The program `trimtab`. Empty: the one that came with the extension, else the one on the PATH.',
  },
  'trimtab.preview': {
    type: 'string',
    enum: ['always', 'held', 'never'],
    enumDescriptions: [
      "Show each model's edit in a diff before it is applied.",
      'Apply what passed all checks at once; show what something speaks against.',
      'Apply what passed all checks at once; refuse the rest.',
    ],
    default: 'always',
    scope: 'machine',
    order: 1,
    markdownDescription: "When to show a model's edit before it changes the file.",
  },
};

const groups = [
  [
    'trimtab',
    ['server.path', 'preview', 'diagnostics', 'rules', 'ignore', 'actions', 'max_model_actions'],
  ],
  ['Models', ['models', 'gateway', 'default_model', 'ca_file', 'proxy', 'timeouts', 'budget']],
  ['Routing', ['policy', 'routing', 'pins', 'findings', 'trial']],
];

const all = { ...own };
for (const [name, node] of Object.entries(schema.properties))
  all[`trimtab.${name}`] = setting(name, node);
const grouped = new Set(groups.flatMap(([, names]) => names));
const rest = Object.keys(schema.properties).filter((name) => !grouped.has(name));

manifest.contributes.configuration = [...groups, ['Limits and Log', rest]].map(
  ([title, names]) => ({
    title,
    properties: Object.fromEntries(
      names.map((name) => [`trimtab.${name}`, all[`trimtab.${name}`]]),
    ),
  }),
);
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.entries(all)
  .filter(([, { scope }]) => scope !== 'machine')
  .map(([name]) => name);

const text = `${JSON.stringify(manifest, null, 2)}\n`;
if (process.argv.includes('--check')) {
  if (text !== fs.readFileSync(here('package.json'), 'utf8')) {
    console.error('package.json is not up to date. Run: npm run manifest');
    process.exit(1);
  }
} else {
  fs.writeFileSync(here('package.json'), text);
}
