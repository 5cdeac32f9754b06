// world.mjs -- a Neovim with a file, the server, and mock models behind it.
import { block, mockModels, settings } from '../../lib/model.mjs';
import { Neovim, plugin } from './nvim.mjs';

export const SOURCE = `import requests


def charge(order):
    """Ask the payment service to charge an order. 💳"""
    response = requests.post(PAYMENT_URL, json={"order": order.id})
    return response.json()


def rate(currency):
    try:
        return requests.get(f"{API}/rates/{currency}").json()["rate"]
    except:
        return 1.0
`;

export const OLD = '    response = requests.post(PAYMENT_URL, json={"order": order.id})\n';
export const NEW = '    response = requests.post(PAYMENT_URL, json={"order": order.id}, timeout=10)\n';
export const FIXED = SOURCE.replace(OLD, NEW);
const OLD2 = '        return 1.0\n';
const NEW2 = '        log.warning("no rate")\n        return None\n';
export const FIXED2 = SOURCE.replace(OLD2, NEW2);
export const BOTH = FIXED.replace(OLD2, NEW2);

/** One change; and two, in one answer. */
export const GOOD = block(OLD, NEW);
export const TWO = block(OLD, NEW) + '\n' + block(OLD2, NEW2);

/** Words before an answer, so that it takes a while. */
export const SLOW = 'Here is the smallest change, and some words so that it takes a while. '.repeat(4);

export const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-nvim-secret-1', OPENAI_API_KEY: 'sk-nvim-secret-2' };

const any = { userMessage: /./ };

/** Always the same answer; slowly, with `latency` between its pieces. */
export const answering = (content, latency) => [
  [any, { content }, latency ? { chunkSize: 8, latency } : {}],
];

export const asLua = (value) => `vim.json.decode([==[${JSON.stringify(value)}]==])`;

/** `options.rules` are the mock's; `models` another server instead of it; `setup`
 * is Lua for require('trimtab').setup; `config` more settings of the server. */
export async function session(options, run) {
  const { rules, models, config, setup, init = '', env = KEYS, late, file = 'payments.py', source = SOURCE } = options;
  const mock = models ?? (await mockModels(...(rules ?? answering(GOOD))));
  let nvim;
  try {
    nvim = await Neovim.start({
      ...options,
      env,
      files: { [file]: source, ...options.files },
      init: `${init}
        ${late ? `vim.go.loadplugins = false\nvim.opt.runtimepath:append(${JSON.stringify(plugin)})` : ''}
        vim.lsp.config('trimtab', { settings = { trimtab = ${asLua(settings(mock.url, config))} } })
        require('trimtab').setup(${setup ?? '{}'})`,
    });
    await nvim.open(file);
    await run(nvim, mock);
    const leaked = (await nvim.lua('return vim.fn.execute("messages") .. vim.inspect(_G.said)')) + nvim.stderr;
    for (const key of Object.values(env)) if (leaked.includes(key)) throw new Error('a key was said');
  } finally {
    try {
      await nvim?.stop();
    } finally {
      await mock.stop();
    }
  }
}

/** An instruction for the line of the call, until it is shown. */
export async function ask(nvim, instruction = 'add a timeout to this call') {
  await nvim.command(`6LspTrimtabEdit ${instruction}`);
  await shown(nvim);
}

export const shown = (nvim) =>
  nvim.until('return require("trimtab.preview").of(0) ~= nil', 'a proposal that is shown');

export const hidden = (nvim) =>
  nvim.until('return require("trimtab.preview").of(0) == nil', 'the end of the preview');

export const becomes = (nvim, text) =>
  nvim
    .until('return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") .. "\\n" == ...', 'the text', text)
    .catch(async (error) => {
      throw new Error(`${error.message}\nthe text is\n${await nvim.text()}`);
    });

/** The server's process ends by a signal. */
export const crash = (nvim, signal = 'sigsegv') =>
  nvim.lua(`local pid = vim.trim(vim.fn.system({ 'pgrep', '-P', tostring(vim.uv.os_getpid()), 'trimtab' }))
    vim.uv.kill(tonumber(pid), ...)`, signal);

/** Nothing runs. */
export const idle = (nvim) =>
  nvim.until("return require('trimtab').statusline():match('^trimtab') and not require('trimtab').statusline():match('%.%.%.')", 'idle');
