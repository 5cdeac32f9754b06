-- Messages for the user, with our name before them, once.
local M = {}

--- Cut to what Neovim shows without waiting for a key.
---@param text string
---@param taken? integer columns that something else takes
---@return string
function M.one_line(text, taken)
  local room = math.max(vim.v.echospace - (taken or 0), 3)
  if vim.fn.strdisplaywidth(text) <= room then
    return text
  end
  return vim.fn.strcharpart(text, 0, room - 3) .. '...'
end

---@param message string
---@param level? integer
function M.say(message, level)
  local text = message:match('^trimtab') and message or ('trimtab: ' .. message)
  vim.notify(text, level or vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  M.say(message, vim.log.levels.WARN)
end

---@param message string
function M.fail(message)
  M.say(message, vim.log.levels.ERROR)
end

--- Tell whoever listens: `User Trimtab...` autocommands.
---@param name string
---@param data table
function M.event(name, data)
  vim.api.nvim_exec_autocmds('User', { pattern = name, modeline = false, data = data })
end

return M
