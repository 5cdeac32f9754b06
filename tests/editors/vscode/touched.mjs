// touched.mjs -- what of the manifest the scenarios have used, by the very helpers
// that use it; main.mjs holds it against the manifest when all have run.
import fs from 'node:fs';

export const manifest = JSON.parse(
  fs.readFileSync(new URL('../../../clients/vscode/package.json', import.meta.url), 'utf8'),
);

const touched = new Set();

export function touch(kind, id) {
  touched.add(`${kind} ${id}`);
}

/** Everything that the manifest contributes and a person can use. */
export function contributed() {
  const { commands, menus, keybindings, configuration, walkthroughs } = manifest.contributes;
  return [
    ...commands.map(({ command }) => `command ${command}`),
    ...Object.entries(menus)
      .filter(([menu]) => menu !== 'commandPalette')
      .flatMap(([menu, items]) => items.map(({ command, submenu }) => `menu ${menu} ${command ?? submenu}`)),
    ...keybindings.map(({ key, command }) => `key ${key} ${command}`),
    // Those of the server are held against its schema; these two are the extension's own.
    ...configuration
      .flatMap(({ properties }) => Object.keys(properties))
      .filter((name) => ['trimtab.server.path', 'trimtab.preview'].includes(name))
      .map((name) => `setting ${name}`),
    ...walkthroughs.flatMap(({ steps }) => steps.map(({ id }) => `step ${id}`)),
  ];
}

export const untouched = () => contributed().filter((name) => !touched.has(name));
