-- trimtab: AI code actions that developers can trust.  See :help trimtab.
local M = {}

--- Optional: options of this plugin, and the server enabled with its settings.
--- Without it, `vim.lsp.enable('trimtab')` is enough.
---@param opts? trimtab.Options
function M.setup(opts)
  require('trimtab.server').load_plugin()
  local options = require('trimtab.options').set(opts or {})
  local server = require('trimtab.server')
  local overrides = { cmd = options.cmd, filetypes = options.filetypes }
  if options.cmd and vim.fn.executable(options.cmd[1] or '') == 0 then
    require('trimtab.say').warn(
      ('`%s` is not a program. Look at `cmd` of setup; %s'):format(
        options.cmd[1] or '',
        ':checkhealth trimtab says more'
      )
    )
  end
  if options.settings then
    overrides.settings = { trimtab = options.settings }
  end
  if vim.lsp.config then
    if next(overrides) then
      vim.lsp.config('trimtab', overrides)
    end
    vim.lsp.enable('trimtab')
  else
    server.enable_0_10(overrides)
  end
end

--- For a statusline: what trimtab does now, or what it cost today.  Empty in a
--- buffer without trimtab.
---@param bufnr? integer
---@return string
function M.statusline(bufnr)
  return require('trimtab.status').text(bufnr or vim.api.nvim_get_current_buf())
end

--- Ask a model to change the code at the cursor, or these lines.
---@param instruction string
---@param opts? trimtab.Where
function M.edit(instruction, opts)
  require('trimtab.requests').edit(instruction, opts or {})
end

return M
