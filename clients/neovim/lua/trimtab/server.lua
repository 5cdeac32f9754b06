-- The server: where its program is, how it is started, what it tells us, and
-- what happens when it ends by itself.
local M = {}

-- This is loaded at start-up: everything else when it is needed.

local HOW = table.concat({
  'The program `trimtab` was not found.',
  'Get it: clone the repository of trimtab and run `./dev install` in it (it goes to ~/.local/bin),',
  "or name it: vim.lsp.config('trimtab', { cmd = { '/path/to/trimtab', 'lsp' } }).",
  'Then run :checkhealth trimtab',
}, ' ')

---@return string[] where it is looked for when it is not in the PATH
local function places()
  local here = debug.getinfo(1, 'S').source:sub(2)
  local file = vim.uv.fs_realpath(here) or here -- the plugin may be a link
  local checkout = vim.fn.fnamemodify(file, ':p:h:h:h:h:h')
  return {
    checkout .. '/build/release/trimtab',
    vim.fn.expand('~/.local/bin/trimtab'),
  }
end

--- The program: from the PATH, else built in the checkout that this plugin is
--- part of, else where `./dev install` puts it.
---@return string? path
function M.find()
  local found = vim.fn.exepath('trimtab')
  if found ~= '' then
    return found
  end
  for _, path in ipairs(places()) do
    if vim.fn.executable(path) == 1 then
      return path
    end
  end
end

M.how_to_get = HOW

--- A plugin manager that put this folder into the runtimepath may not have run
--- what is in plugin/.
function M.load_plugin()
  if not vim.g.loaded_trimtab then
    vim.cmd.runtime('plugin/trimtab.lua')
  end
end

local filetypes = {
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'go',
  'java',
  'sql',
  'c',
  'cpp',
  'cs',
  'kotlin',
  'php',
  'ruby',
  'rust',
}

local root_markers = { '.trimtab.json', '.git' }

---@type table? the configuration in Neovim 0.10
local enabled

--- The configuration that is in force, with what the user overruled.
---@return table
function M.current()
  return vim.lsp.config and vim.lsp.config.trimtab or enabled or M.config()
end

--- Another command of the program that `cmd` starts: what stands before "lsp"
--- stays (a wrapper, a container).
---@param cmd any of a client's configuration
---@param args string[]
---@return string[]
function M.command_line(cmd, args)
  local command = {}
  for _, word in ipairs(type(cmd) == 'table' and cmd or {}) do
    if word == 'lsp' then
      break
    end
    command[#command + 1] = word
  end
  if #command == 0 then
    command = { M.find() or 'trimtab' }
  end
  return vim.list_extend(command, args)
end

--- Stands for the command when there is none: Neovim itself would only log that.
local function missing()
  error('trimtab: ' .. HOW, 0)
end

--- Only where there is a program: else say once how to get it.
---@param bufnr integer
---@param on_dir fun(root?: string)
local function root_dir(bufnr, on_dir)
  local config = M.current()
  if config.cmd == missing then
    vim.notify_once('trimtab: ' .. HOW, vim.log.levels.WARN)
    return
  end
  on_dir(vim.fs.root(bufnr, config.root_markers or root_markers))
end

--- The settings also go with the first message: the first menu must know them.
---@param params table
---@param config table
local function before_init(params, config)
  local settings = type(config.settings) == 'table' and config.settings.trimtab or nil
  params.initializationOptions =
    vim.tbl_deep_extend('force', settings or {}, config.init_options or {})
  if next(params.initializationOptions) == nil then
    params.initializationOptions = vim.empty_dict()
  end
end

--- What would have to be started again.
---@type table<integer, { config: table, buffers: table<integer, true>, ended?: true }>
local clients = {}

--- Beside what Neovim itself says: changes of an answer that still comes are shown,
--- and two answers side by side.
---@return table
local function capabilities()
  local own = { experimental = { trimtab = { preview = true, compare = true } } }
  if vim.fn.has('nvim-0.11') == 1 then
    return own
  end
  return vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), own)
end

---@param name string
---@return fun(...): any
local function handler(name)
  return function(...)
    return require('trimtab.handlers')[name](...)
  end
end

---@return table
function M.config()
  local program = M.find()
  return {
    cmd = program and { program, 'lsp' } or missing,
    filetypes = filetypes,
    root_markers = root_markers,
    root_dir = root_dir,
    settings = { trimtab = vim.empty_dict() },
    capabilities = capabilities(),
    before_init = before_init,
    on_exit = function(code, signal, client_id)
      if clients[client_id] then
        clients[client_id].ended = true -- its buffers are detached next, and must be known
      end
      vim.schedule(function()
        M.on_exit(code, signal, client_id)
      end)
    end,
    handlers = {
      ['workspace/applyEdit'] = handler('apply_edit'),
      ['trimtab/status'] = handler('status'),
      ['trimtab/preview'] = handler('preview'),
    },
    commands = {
      ---@param command table of a code action
      ---@param context table
      ['trimtab.edit'] = function(command, context)
        require('trimtab.requests').action(command, context)
      end,
      -- one that asks both models: a trial
      ['trimtab.compare'] = function(command, context)
        require('trimtab.requests').compare_by(context.bufnr, command.arguments[1])
      end,
    },
  }
end

--- Neovim 0.10 has no vim.lsp.enable.
---@param overrides table
function M.enable_0_10(overrides)
  local config = vim.tbl_deep_extend('force', M.config(), overrides)
  config.name, config.root_dir = 'trimtab', nil
  enabled = config
  local function start(bufnr)
    if vim.bo[bufnr].buftype ~= '' then
      return
    elseif config.cmd == missing then
      vim.notify_once('trimtab: ' .. HOW, vim.log.levels.WARN)
      return
    end
    local root = vim.fs.root(bufnr, config.root_markers)
    local own = vim.tbl_extend('force', config, { root_dir = root })
    vim.lsp.start(own, { bufnr = bufnr })
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('trimtab.enable', {}),
    pattern = config.filetypes,
    callback = function(event)
      start(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if
      vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains(config.filetypes, vim.bo[bufnr].ft)
    then
      start(bufnr)
    end
  end
end

-- ---- when it ends by itself -------------------------------------------------------------

local MAX_RESTARTS = 3
local PERIOD_S = 180

---@type integer[] when it was started again, in seconds
local restarts = {}

---@param client table
---@param bufnr integer
function M.attached(client, bufnr)
  local known = clients[client.id] or { config = client.config, buffers = {} }
  known.buffers[bufnr] = true
  clients[client.id] = known
end

---@param client_id integer
---@param bufnr integer
function M.detached(client_id, bufnr)
  if clients[client_id] and not clients[client_id].ended then
    clients[client_id].buffers[bufnr] = nil
  end
end

---@return boolean
local function may_restart()
  local now = os.time()
  restarts = vim.tbl_filter(function(time)
    return now - time < PERIOD_S
  end, restarts)
  if #restarts >= MAX_RESTARTS then
    return false
  end
  restarts[#restarts + 1] = now
  return true
end

---@param code integer
---@param signal integer
---@param client_id integer
function M.on_exit(code, signal, client_id)
  local known = clients[client_id]
  clients[client_id] = nil
  require('trimtab.client').ended(client_id)
  require('trimtab.status').ended(client_id)
  require('trimtab.preview').ended(client_id)
  -- 15 is how Neovim ends it.
  if not known or vim.v.exiting ~= vim.NIL or (code == 0 and (signal == 0 or signal == 15)) then
    return
  end
  local say = require('trimtab.say')
  if not require('trimtab.options').get().restart then
    say.warn('The server crashed. Open the file again (:edit) to start it.')
    return
  end
  if not may_restart() then
    say.fail(
      ('The server crashed more than %d times in %d minutes and stays off. '):format(
        MAX_RESTARTS,
        PERIOD_S / 60
      ) .. 'Run :checkhealth trimtab to see why; open the file again (:edit) to start it.'
    )
    return
  end
  say.warn('The server crashed and is started again. What was asked is lost; ask again.')
  local fresh ---@type integer? the one that crashed may not be forgotten yet
  local function reuse(client)
    return client.id == fresh
  end
  for bufnr in pairs(known.buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      fresh = vim.lsp.start(known.config, { bufnr = bufnr, reuse_client = reuse }) or fresh
    end
  end
end

return M
