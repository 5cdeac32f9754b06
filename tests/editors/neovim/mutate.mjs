// mutate.mjs -- does a test fail when something that is documented is broken?
//
//   run --mutate [WORD...]     WORDs choose mutations by their names
//
// Each mutation breaks one thing in a copy of the plugin and runs the tests that are
// about it. One of them must fail; a mutation that survives is a hole in the tests.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { plugin } from './nvim.mjs';

const LUA = 'lua/trimtab/';
const START = 'plugin/trimtab.lua';

/** A command that does nothing. */
const command = (name, tests = `LspTrimtab${name}`) => [
  `:LspTrimtab${name} does nothing`, `${LUA}attach.lua`,
  new RegExp(`(\\n  ${name} = \\{\\n    run = function\\([a-z]*\\))[^]*?\\n    end,`), '$1\n    end,', tests,
];

/** Something is left out, or wrong. */
const without = (what, file, from, to, tests) => [what, LUA + file, from, to, tests];

/** A key of the preview that does nothing. */
const act = (name, body, tests) =>
  without(`${name} does nothing`, 'preview.lua', new RegExp(`(\\n  (\\['${name}'\\]|${name}) = function\\(preview\\)\\n)    ${body}`), '$1', tests);

const mutations = [
  command('Edit', 'LspTrimtabEdit asks'),
  command('Again'),
  command('Retry'),
  command('Refine'),
  command('Compare', 'a duel'),
  command('Explain'),
  command('Cancel', 'cancelling ends'),
  command('Stats'),
  command('Log'),
  without('a range is not looked at', 'attach.lua', 'if args.range > 0 then', 'if false then', 'LspTrimtabEdit asks|two changes'),
  without(':LspTrimtabRetry forgets the name', 'attach.lua', "args.args ~= '' and args.args or nil)\n    end,\n    opts = {\n      nargs = '?',\n      complete = model_names",
    "nil)\n    end,\n    opts = {\n      nargs = '?',\n      complete = model_names", 'LspTrimtabRetry'),
  without(':LspTrimtabLog forgets the id', 'attach.lua', "require('trimtab.pages').log(args.args ~= '' and args.args or nil)", "require('trimtab.pages').log()", 'LspTrimtabLog'),
  without('no completion of instructions', 'attach.lua', 'found[#found + 1] = entry:sub(before + 1)', '', 'completion'),
  without('completion of the last word only', 'attach.lua', 'entry:sub(before + 1)', 'entry', 'completion'),
  without('no completion of models', 'attach.lua', 'names[#names + 1] = model.name', '', 'completion'),
  without('no completion of ids', 'pages.lua', 'ids[#ids + 1] = found', '', 'LspTrimtabLog'),
  without('no descriptions', 'attach.lua', /desc = 'Cancel what runs'/, "desc = ''", 'each says what it does'),
  without('commands stay when the server goes', 'attach.lua', "pcall(api.nvim_buf_del_user_command, bufnr, 'LspTrimtab' .. name)", '', 'stopped by the user'),
  ...['Edit', 'Again', 'Compare', 'Explain', 'Retry', 'Refine', 'Cancel', 'Stats', 'Log'].map((name) => [
    `<Plug>(trimtab-${name.toLowerCase()}) does nothing`, START, `.. name .. "', %s)<CR>"`,
    `.. (name == '${name}' and 'Nothing' or name) .. "', %s)<CR>"`, `<Plug>.*-${name.toLowerCase()}`,
  ]),
  ['visual mode forgets the selection', START, "run:format('true')", "run:format('false')", '<Plug>.*visual'],
  act('take', "decide_one\\(preview, 'taken'\\)", 'mappings of the preview'),
  act('leave', "decide_one\\(preview, 'left'\\)", 'two changes: each'),
  act('take-all', "decide_rest\\(preview, 'taken'\\)", 'taken by one key'),
  act('leave-all', "decide_rest\\(preview, 'left'\\)", 'left out: nothing'),
  act('next', 'go\\(preview, 1\\)', 'two changes: the rest'),
  act('previous', 'go\\(preview, -1\\)', 'mappings of the preview|two changes: the rest'),
  without('keys of before do not come back', 'preview.lua', "vim.fn.mapset('n', false, entry.old)", '', 'the keys of the buffer'),
  without('applied before it is decided', 'preview.lua', 'if #open_items(preview) == 0 then\n    M.finish(preview)\n    return', 'if true then\n    M.finish(preview)\n    return', 'two changes'),
  without('typing does not move what is shown', 'preview.lua', 'return text_at(preview.bufnr, place) == entry.was and place or nil', 'return place', 'typing into a shown change'),
  without('option preview: never is always', 'requests.lua', "proposal.verdict == 'ready' and preview ~= 'always'", 'false', "preview 'never' applies"),
  without('option preview: held shows nothing', 'requests.lua', "proposal.verdict == 'held' and preview == 'never'", "proposal.verdict == 'held'", "preview 'held'"),
  without('option preview: never takes what is held', 'requests.lua', "proposal.verdict == 'held' and preview == 'never'", 'false', "preview 'never' refuses"),
  without('option view is not looked at', 'preview.lua', "get().view == 'float'", "get().view == 'x'", 'floating window'),
  without('option keys is not looked at', 'preview.lua', /(local function map\(bufnr\)\n  local keys = )require\('trimtab.options'\).get\(\).keys/, "$1{ take_all = 'dO', take = 'do' }", 'other keys'),
  without('option progress is not looked at', 'status.lua', "or not require('trimtab.options').get().progress", '', 'progress false'),
  without('option restart is not looked at', 'server.lua', "if not require('trimtab.options').get().restart then", 'if false then', 'restart false'),
  without('option settings is not looked at', 'init.lua', 'if options.settings then', 'if false then', 'settings by setup'),
  without('option filetypes is not looked at', 'init.lua', 'filetypes = options.filetypes', '', 'filetypes of setup'),
  without('option cmd is not looked at', 'init.lua', 'cmd = options.cmd,', '', 'a wrapper'),
  without('wrong options are taken', 'options.lua', 'if problem then', 'if false then', 'options that are wrong'),
  without('settings do not go with the first message', 'server.lua', 'before_init = before_init,', '', 'settings go with'),
  without('the duel names the models', 'duel.lua', "' Answer 1 (1 takes it)'", "' ' .. (answer.a.receipt and answer.a.receipt.model or 'claude') .. ' gpt'", 'a duel: 1'),
  without('the duel takes the other answer', 'duel.lua', "['1'] = 'a', ['2'] = 'b'", "['1'] = 'b', ['2'] = 'a'", 'a duel: 1'),
  without('neither is not told', 'duel.lua', "n = 'none', q = 'none'", '', 'a duel: neither'),
  without('closing the duel is no answer', 'duel.lua', "judge('none')\n        end)", 'end)', 'a duel: neither'),
  without('the duel does not wait', 'duel.lua', "if vim.api.nvim_get_mode().mode == 'n' then", 'if true then', 'a duel waits'),
  without('an action is applied without a preview', 'server.lua', "['trimtab.edit'] = function", "['trimtab.other'] = function", 'gra with a model'),
  without('an edit that was overtaken is skipped', 'handlers.lua', 'local bufnr = newer(client, edit)', 'local bufnr', 'typing in insert mode'),
  without('undo takes what was typed along', 'handlers.lua', 'vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels', '', 'typing in insert mode'),
  without('half a stream stays', 'stream.lua', 'vim.api.nvim_buf_clear_namespace(bufnr, ns, 0, -1)', '', 'what there is of an answer'),
  without('no stream', 'server.lua', 'preview = true', 'preview = false', 'what there is of an answer'),
  without('no restart', 'server.lua', 'vim.lsp.start(known.config, { bufnr = bufnr, reuse_client = reuse })', 'nil', 'comes back after a crash'),
  without('restarts without end', 'server.lua', 'if #restarts >= MAX_RESTARTS then', 'if false then', 'crashes again and again'),
  without('what waits for a crashed server waits for ever', 'client.lua', "handler({ code = 0, message = '' })", '', 'the server crashes while'),
  without('nothing is said of a missing program', 'server.lua', "vim.notify_once('trimtab: ' .. HOW, vim.log.levels.WARN)\n    return\n  end\n  on_dir", 'return\n  end\n  on_dir', 'a missing program'),
  without('checkhealth: no word of keys', 'health.lua', "health.warn('No model has a key", "health.info('No model has a key", 'no key, and the way'),
  without('checkhealth: no word of the program', 'health.lua', "health.error(require('trimtab.server').how_to_get)", '', 'not enabled; no program'),
  without('checkhealth: no word of a silent server', 'health.lua', "health.error('It does not answer'", "health.ok('It does not answer'", 'does not answer'),
  without('the statusline does not say what runs', 'status.lua', "if notice.state == 'busy' then", 'if false then', 'statusline'),
  without('the statusline does not say the price', 'status.lua', '(notice.dayUsd or 0) > 0', 'false', 'statusline'),
  ...['TrimtabStatus', 'TrimtabProposal', 'TrimtabDecided', 'TrimtabApplied'].map((name) =>
    without(`no ${name}`, { TrimtabStatus: 'status.lua', TrimtabApplied: 'handlers.lua' }[name] ?? 'requests.lua',
      `'${name}'`, "'TrimtabNothing'", 'statusline')),
  without('marks cut a character in two', 'hunks.lua', /while head > 0 and \(inside[^]*?end\n/, '', 'several bytes'),
  without('columns are taken for bytes', 'hunks.lua', /function M.byte\(line, character, encoding\)\n/, "$&  encoding = 'utf-8'\n", 'columns of every encoding'),
  without('long lines are cut off', 'draw.lua', 'if column > 0 and column + size > width then', 'if false then', 'longer than the window'),
  without('folds stay closed', 'preview.lua', "vim.cmd(('%dfoldopen!'):format(entry.first + 1))", '', 'closed fold'),
  without('the cursor is taken when the instruction is there', 'attach.lua', 'place.cursor = api.nvim_win_get_cursor(0)', '', 'the cursor moves'),
];

const words = process.argv.slice(2);
const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-mutant-'));
let survived = 0;
let killed = 0;

for (const [name, file, from, to, tests] of mutations) {
  if (words.length && !words.some((word) => name.includes(word))) continue;
  fs.rmSync(copy, { recursive: true, force: true });
  // As deep as the original: the plugin looks for the program beside its checkout.
  const mutant = path.join(copy, 'clients/neovim');
  fs.cpSync(plugin, mutant, { recursive: true });
  const target = path.join(mutant, file);
  const text = fs.readFileSync(target, 'utf8');
  const broken = text.replace(from, to);
  if (broken === text) {
    console.log(`NO PLACE ${name}: ${file} has changed`);
    survived++;
    continue;
  }
  fs.writeFileSync(target, broken);
  const { stdout } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'main.mjs'), tests], {
    env: { ...process.env, TRIMTAB_PLUGIN: mutant }, encoding: 'utf8', maxBuffer: 1 << 28,
  });
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(stdout) ?? [0, 0, 0];
  if (Number(failed) > 0) killed++;
  else survived++;
  console.log(`${Number(failed) > 0 ? 'found   ' : 'SURVIVED'} ${name} (${failed} of ${Number(passed) + Number(failed)} tests failed)`);
}
fs.rmSync(copy, { recursive: true, force: true });
console.log(`${killed} found, ${survived} survived`);
process.exitCode = survived ? 1 : 0;
