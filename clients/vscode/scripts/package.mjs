// package.mjs OUT [SERVER [TARGET]] -- a .vsix: with the program SERVER in it, for
// TARGET (linux-x64 when nothing is said), or without, for every platform.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const [out, server, target = 'linux-x64'] = process.argv.slice(2);
if (!out) {
  console.error('usage: node scripts/package.mjs OUT.vsix [SERVER [TARGET]]');
  process.exit(2);
}
/** What few systems have stands beside the program, which looks there first ($ORIGIN). */
function takeLibraries(program) {
  const needed = execFileSync('ldd', [program], { encoding: 'utf8' });
  const [, name, file] = /(libcjson\.so\.\d+) => (\S+)/.exec(needed) ?? [];
  if (file) fs.copyFileSync(fs.realpathSync(file), path.join(inside, name));
}

const inside = path.join(root, 'server');
fs.rmSync(inside, { recursive: true, force: true });
if (server) {
  const program = path.join(inside, target.startsWith('win32') ? 'trimtab.exe' : 'trimtab');
  fs.mkdirSync(inside);
  fs.copyFileSync(server, program);
  execFileSync('strip', [program]);
  if (target.startsWith('linux')) takeLibraries(program);
  fs.chmodSync(program, 0o755);
}
try {
  execFileSync(
    process.execPath,
    [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      '--skip-license',
      '--no-rewrite-relative-links',
      '--allow-missing-repository',
      ...(server ? ['--target', target] : []),
      '--out',
      path.resolve(out),
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
} finally {
  fs.rmSync(inside, { recursive: true, force: true });
}
