// tools.mjs -- what run has installed: the browser's driver, axe, and the Node of it.
import fs from 'node:fs';
import { createRequire } from 'node:module';

export const place = process.env.VSCODE_PLACE;
const require = createRequire(`${place}/`);
export const { chromium } = require('playwright-core');
export const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const node = fs
  .readdirSync(`${place}/node_modules`)
  .filter((name) => name.startsWith('node-linux-'))
  .map((name) => `${place}/node_modules/${name}/bin/node`)[0];
