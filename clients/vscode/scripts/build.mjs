// build.mjs [--tests] -- one file for the extension: dist/extension.js; with
// --tests each *.test.ts of test/ as one file in dist-test/.
import fs from 'node:fs';
import { build } from 'esbuild';

const tests = process.argv.includes('--tests');
const root = new URL('..', import.meta.url).pathname;
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
};

if (tests) {
  fs.rmSync(`${root}/dist-test`, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: fs
      .readdirSync(`${root}/test`)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/${name}`),
    outdir: 'dist-test',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    alias: {
      vscode: './test/vscode.ts',
      // the protocol alone, without the client around it
      'vscode-languageclient/node': 'vscode-languageserver-protocol/node',
    },
    // which asks for node's own modules by require
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
} else {
  await build({
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    format: 'cjs',
    minify: true,
    // The build of the protocol's packages that a bundler can see through.
    mainFields: ['module', 'main'],
    external: ['vscode'],
  });
}
