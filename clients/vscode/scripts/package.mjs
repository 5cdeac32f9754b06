// package.mjs OUT [SERVER [TARGET]] -- a .vsix: with the program SERVER in it, for
// TARGET (linux-x64 when nothing is said), or without, for every platform.
//
// TRIMTAB_IMAGES_URL: where this folder's files are on the web, for a marketplace, which
// shows pictures from there only. Without it they are inside the page: an editor shows
// none that lies beside it.
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

/** The page with its pictures in it; what it is called in the package's folder. */
function pageWithPictures() {
  const page = fs
    .readFileSync(path.join(root, 'README.md'), 'utf8')
    .replaceAll(/(!\[[^\]]*\])\((media\/[^)]+\.png)\)/g, (_, title, file) => {
      const bytes = fs.readFileSync(path.join(root, file)).toString('base64');
      return `${title}(data:image/png;base64,${bytes})`;
    });
  fs.writeFileSync(path.join(root, 'dist/README.md'), page);
  return 'dist/README.md';
}

const images = process.env.TRIMTAB_IMAGES_URL;
const readme = images
  ? ['--readme-path', 'README.md', '--baseImagesUrl', images]
  : ['--readme-path', pageWithPictures(), '--no-rewrite-relative-links'];
try {
  execFileSync(
    process.execPath,
    [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      '--skip-license',
      ...readme,
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
