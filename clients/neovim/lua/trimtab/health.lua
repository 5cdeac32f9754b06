-- :checkhealth trimtab
local M = {}

local health = vim.health

---@return string
local function log_file()
  local log = vim.lsp.log
  return log and log.get_filename and log.get_filename() or vim.fn.stdpath('log') .. '/lsp.log'
end

---@return boolean
local function check_neovim()
  health.start('Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    health.error(version .. ' is too old', 'Install Neovim 0.10 or later')
    return false
  end
  health.ok(version)
  if vim.fn.has('nvim-0.11') == 1 and not vim.lsp.config.trimtab then
    health.error(
      'lsp/trimtab.lua is not in the runtimepath',
      'Install the folder clients/neovim as a plugin'
    )
    return false
  end
  return true
end

---@param args string[]
---@return string[]
local function run_words(args)
  local server = require('trimtab.server')
  return server.command_line(server.current().cmd, args)
end

---@param args string[]
---@return vim.SystemCompleted?
local function run(args)
  local env = require('trimtab.server').current().cmd_env
  local ok, out = pcall(function()
    return vim.system(run_words(args), { text = true, env = env, timeout = 30000 }):wait()
  end)
  return ok and out or nil
end

---@return boolean
local function check_program()
  health.start('The program')
  local command = run_words({})
  if vim.fn.executable(command[1]) == 0 then
    health.error(require('trimtab.server').how_to_get)
    return false
  end
  local out = run({ '--version' })
  if not out or out.code ~= 0 then
    health.error(
      ('`%s --version` does not work: %s'):format(
        table.concat(command, ' '),
        out and vim.trim(out.stderr) or 'it did not end'
      ),
      'Build it again with `./dev install`'
    )
    return false
  end
  health.ok(('%s, %s'):format(vim.trim(out.stdout), vim.fn.exepath(command[1])))
  return true
end

--- What the server itself says: it knows the settings of this editor.
local function check_clients()
  health.start('The server in this Neovim')
  local clients = vim.lsp.get_clients({ name = 'trimtab' })
  if #clients == 0 then
    if vim.lsp.is_enabled and not vim.lsp.is_enabled('trimtab') then
      health.warn('It is not enabled', "Put vim.lsp.enable('trimtab') into your init.lua")
    else
      health.info('It does not run: no file of its languages is open')
    end
    return
  end
  for _, client in ipairs(clients) do
    health.ok(('client %d, folder %s'):format(client.id, client.root_dir or '(none)'))
    local status = require('trimtab.client').ask(client, 'trimtab.status', 5000)
    if not status then
      health.error('It does not answer', 'Look at ' .. log_file() .. ', then start Neovim again')
    else
      M.models(status.models)
    end
  end
end

---@param models { name: string, model: string, key: string }[]
function M.models(models)
  local words = { present = 'has a key', absent = 'no key', unknown = 'its key was not needed yet' }
  local usable = false
  for _, model in ipairs(models) do
    usable = usable or model.key ~= 'absent'
    health.info(('model %s (%s): %s'):format(model.name, model.model, words[model.key]))
  end
  if usable then
    health.ok('a model can be asked')
  else
    health.warn('No model has a key: only what works offline is offered', {
      'export ANTHROPIC_API_KEY=... or OPENAI_API_KEY=... before Neovim starts',
      'or set `api_key_command` of a model, see :help trimtab-settings',
    })
  end
end

---@param check { what: string, health: string, text: string, mend?: string }
---@param some_key boolean
---@param unused boolean it is about a model that has no key, beside one that has
local function say(check, some_key, unused)
  local text = ('%s: %s'):format(check.what, check.text)
  local advice = check.mend and { check.mend } or nil
  if check.health == 'ok' then
    health.ok(text)
  elseif check.health == 'bad' and unused then
    health.info(text)
  elseif check.health == 'bad' then
    health.error(text, advice)
  elseif check.what == 'key' and some_key then
    health.info(text) -- one key is enough
  elseif check.what == 'key' then
    health.warn(text, advice)
  else
    health.info(advice and (text .. ' To mend it: ' .. check.mend) or text)
  end
end

local function check_doctor()
  health.start('trimtab doctor (without the settings of this editor)')
  local out = run({ 'doctor', '--json' })
  local ok, report = pcall(vim.json.decode, out and out.stdout or '')
  if not ok or type(report) ~= 'table' or not report.checks then
    health.error(
      'It said nothing that can be read: ' .. (out and vim.trim(out.stderr) or 'it did not end'),
      ('Run `%s` in a terminal'):format(table.concat(run_words({ 'doctor' }), ' '))
    )
    return
  end
  local keys, without = 0, 0
  for _, check in ipairs(report.checks) do
    if check.what == 'key' then
      keys = keys + 1
      without = without + (check.health == 'note' and 1 or 0)
    end
  end
  local some_key = without < keys
  local keyless = false -- what is said of a provider follows what is said of its key
  for _, check in ipairs(report.checks) do
    if check.what == 'key' then
      keyless = check.health == 'note'
    end
    say(check, some_key, some_key and keyless and check.what == 'provider')
  end
end

function M.check()
  if not check_neovim() then
    return
  end
  local works = check_program()
  check_clients()
  if works then
    check_doctor()
  end
end

return M
