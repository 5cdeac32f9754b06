// offline.test.mjs -- the plugin and the server without any model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Neovim } from './nvim.mjs';

export const PAYMENTS = `import requests


def charge(order):
    """Ask the payment service to charge an order. 💳"""
    response = requests.post("http://pay", json={"order": order.id})
    return response.json()


def ready(order):
    if order.paid == None:
        return False
    return True
`;

async function offline(options, run) {
  const nvim = await Neovim.start({
    init: "vim.lsp.enable('trimtab')",
    files: { 'payments.py': PAYMENTS },
    ...options,
  });
  try {
    await run(nvim);
  } finally {
    await nvim.stop();
  }
}

test('vim.lsp.enable is all that is needed', () =>
  offline({}, async (nvim) => {
    await nvim.open('payments.py');
    await nvim.until('return #vim.diagnostic.get(0) > 0', 'diagnostics');
    console.log(await nvim.lua('return vim.diagnostic.get(0)'));
    console.log(nvim.screen.text());
    await nvim.keys('6Ggra');
    await nvim.sees(/Code actions/);
    console.log(nvim.screen.text());
  }));
