-- Messages for the user, with our name before them, once.
local M = {}

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
