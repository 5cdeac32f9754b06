-- The options of this plugin.  The settings of the server are another thing:
-- they go to it as they are (types.lua says what they are).
local M = {}

---@class trimtab.Keys
---@field take string
---@field leave string
---@field take_all string
---@field leave_all string
---@field next string
---@field previous string

---@class trimtab.Options
---@field cmd? string[] The server, when it is not found by itself.
---@field filetypes? string[] Where it attaches.
---@field settings? trimtab.Settings Settings of the server.
---@field preview? 'always'|'held'|'never' When an edit is shown before it is applied.
---@field view? 'inline'|'float' Where it is shown.
---@field keys? trimtab.Keys|false Keys while a preview is shown; false: none.
---@field progress? boolean Show what runs as messages of Neovim (0.12).
---@field restart? boolean Start the server again when it crashed.

---@type trimtab.Options
local defaults = {
  preview = 'always',
  view = 'inline',
  keys = {
    take = 'do',
    leave = 'dp',
    take_all = 'dO',
    leave_all = 'dP',
    next = ']c',
    previous = '[c',
  },
  progress = true,
  restart = true,
}

local choices = {
  preview = { 'always', 'held', 'never' },
  view = { 'inline', 'float' },
}

local types = {
  cmd = 'table',
  filetypes = 'table',
  settings = 'table',
  preview = 'string',
  view = 'string',
  progress = 'boolean',
  restart = 'boolean',
}

---@type trimtab.Options
local current = vim.deepcopy(defaults)

---@param name string
---@param value any
---@return string? problem
local function check(name, value)
  local keys = vim.tbl_keys(types)
  if name == 'keys' then
    if value == false then
      return
    elseif type(value) ~= 'table' then
      return '`keys` is a table of keys, or false'
    end
    for key, typed in pairs(value) do
      if type(typed) ~= 'string' then
        return ("`keys.%s` must be a string; '' is no key"):format(key)
      elseif not defaults.keys[key] then
        return ('`keys.%s` is not known; there are: %s'):format(
          key,
          table.concat(vim.fn.sort(vim.tbl_keys(defaults.keys)), ', ')
        )
      end
    end
  elseif not types[name] then
    return ('`%s` is not an option; there are: keys, %s. Settings of the server go into `settings`'):format(
      name,
      table.concat(vim.fn.sort(keys), ', ')
    )
  elseif type(value) ~= types[name] then
    return ('`%s` must be a %s'):format(name, types[name])
  elseif choices[name] and not vim.tbl_contains(choices[name], value) then
    return ('`%s` is one of: %s'):format(name, table.concat(choices[name], ', '))
  end
end

---@param opts trimtab.Options
---@return trimtab.Options
function M.set(opts)
  for name, value in pairs(opts) do
    local problem = check(name, value)
    if problem then
      error(("require('trimtab').setup: %s. See :help trimtab-options"):format(problem), 0)
    end
  end
  current = vim.tbl_deep_extend('force', vim.deepcopy(defaults), opts)
  return current
end

---@return trimtab.Options
function M.get()
  return current
end

return M
