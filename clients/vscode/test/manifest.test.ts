// manifest.test.ts -- package.json against the code: what is promised is there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>;
    keybindings: { command: string; key: string; when?: string }[];
    configuration: {
      properties: Record<string, { scope: string; markdownDescription: string; order?: number }>;
    }[];
    walkthroughs: { steps: { id: string; description: string; media: { markdown: string } }[] }[];
  };
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
}

// Tests run from the extension's folder (npm test).
const read = (name: string) => fs.readFileSync(path.resolve(name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { commands, menus, keybindings, configuration, walkthroughs } = manifest.contributes;
const settings = Object.assign(
  {},
  ...configuration.map((c) => c.properties),
) as Manifest['contributes']['configuration'][0]['properties'];
const sources = fs
  .readdirSync('src')
  .map((name) => read(`src/${name}`))
  .join('\n');
const ids = commands.map(({ command }) => command);

void test('every contributed command is registered, and nothing else is', () => {
  const body =
    /private commands\(\)[^{]*\{\s*return \{([\s\S]*?)\n {4}\};/.exec(sources)?.[1] ?? '';
  const registered = [...body.matchAll(/^ {6}(\w+): \(/gm)].map((match) => `trimtab.${match[1]}`);
  assert.deepEqual([...registered].sort(), [...ids].sort());
});

void test('menus and keys name commands that exist, with conditions of ours or the editor', () => {
  for (const item of [...Object.values(menus).flat(), ...keybindings])
    if ('command' in item && item.command) assert.ok(ids.includes(item.command), item.command);
  const ours = new Set(
    [...JSON.stringify(manifest.contributes).matchAll(/trimtab\.(running|previewActive\w*)/g)].map(
      (m) => m[0],
    ),
  );
  for (const context of ours)
    assert.ok(sources.includes(`'${context}'`), `${context} is never set`);
});

void test('a repository cannot set endpoints, keys, commands, proxy, authorities or rules', () => {
  for (const name of [
    'server.path',
    'models',
    'gateway',
    'ca_file',
    'proxy',
    'rules',
    'timeouts',
    'budget',
    'preview',
  ])
    assert.equal(settings[`trimtab.${name}`]?.scope, 'machine', name);
});

void test('what a folder may set does not count until it is trusted', () => {
  const open = Object.keys(settings).filter((name) => settings[name]?.scope !== 'machine');
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  assert.deepEqual(
    [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
    open.sort(),
  );
});

void test('every setting says what it is', () => {
  for (const [name, setting] of Object.entries(settings))
    assert.ok(setting.markdownDescription.length > 15, name);
});

void test('four steps of the walkthrough, whose links work', () => {
  const steps = walkthroughs.flatMap((w) => w.steps);
  assert.equal(steps.length, 4);
  for (const step of steps) {
    assert.ok(fs.existsSync(step.media.markdown), step.media.markdown);
    for (const [, command] of step.description.matchAll(/\(command:(trimtab\.\w+)/g))
      assert.ok(ids.includes(command!), command);
  }
});
