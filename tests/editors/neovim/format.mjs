// format.mjs -- the layout of the plugin's Lua, by StyLua.
//
//   node format.mjs TOOLS [--format]
//
// TOOLS is a folder with what package.json asks for (run makes it).
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { plugin } from './nvim.mjs';

const [tools, ...args] = process.argv.slice(2);
const stylua = createRequire(path.resolve(tools, 'package.json'))('@johnnymorganz/stylua');

/** One for each call, which takes it. */
function config() {
  const made = stylua.Config.new();
  made.column_width = 100;
  made.indent_type = stylua.IndentType.Spaces;
  made.indent_width = 2;
  made.quote_style = stylua.QuoteStyle.AutoPreferSingle;
  made.syntax = stylua.LuaVersion.LuaJIT;
  return made;
}

const files = fs.readdirSync(plugin, { recursive: true }).filter((name) => name.endsWith('.lua'));
for (const name of files) {
  const file = path.join(plugin, name);
  const text = fs.readFileSync(file, 'utf8');
  const tidy = stylua.formatCode(text, config(), undefined, stylua.OutputVerification.Full);
  if (tidy === text) continue;
  if (args.includes('--format')) {
    fs.writeFileSync(file, tidy);
    continue;
  }
  const lines = text.split('\n');
  const at = tidy.split('\n').findIndex((line, i) => line !== lines[i]);
  console.error(`${name}:${at + 1}: the layout is not StyLua's. Run: tests/editors/neovim/run --format`);
  process.exitCode = 1;
}
