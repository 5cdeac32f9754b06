-- The model, today's cost, and what runs: for a statusline and for messages.
local M = {}

local say = require('trimtab.say')

---@class trimtab.Status
---@field state 'idle'|'busy'|'warning'|'off'
---@field message? string
---@field running integer
---@field model? string
---@field tokens? integer
---@field dayUsd? number

---@type table<integer, trimtab.Status> by client
local notices = {}

---@param usd number
---@return string
function M.money(usd)
  if usd == 0 then
    return '$0'
  end
  return (usd < 0.01 and '$%.4f' or '$%.2f'):format(usd)
end

---@param client_id integer
---@param notice trimtab.Status
function M.on(client_id, notice)
  notices[client_id] = notice
  say.event('TrimtabStatus', vim.tbl_extend('force', { client_id = client_id }, notice))
  vim.cmd.redrawstatus({ bang = true })
end

---@param client_id integer
function M.ended(client_id)
  notices[client_id] = nil
  vim.cmd.redrawstatus({ bang = true })
end

---@param client_id integer
---@return trimtab.Status?
function M.of(client_id)
  return notices[client_id]
end

---@param bufnr integer
---@return string
function M.text(bufnr)
  local client = package.loaded['trimtab.client'] and require('trimtab.client').get(bufnr)
  if not client then
    return ''
  end
  local notice = notices[client.id] or { state = 'idle', running = 0 }
  if notice.state == 'busy' then
    local tokens = (notice.tokens or 0) > 0 and (' %d tokens'):format(notice.tokens) or ''
    return ('trimtab: %s...%s'):format(notice.model or 'busy', tokens)
  elseif notice.state == 'warning' then
    return 'trimtab: warning'
  elseif notice.state == 'off' then
    return 'trimtab: off'
  end
  local spent = (notice.dayUsd or 0) > 0 and (' ' .. M.money(notice.dayUsd)) or ''
  return 'trimtab' .. spent
end

-- ---- progress -----------------------------------------------------------------------------

---@type table<string, integer|string> the message of Neovim that shows a token
local shown = {}

--- Neovim 0.12 shows progress that is given to it as a message, and by
--- vim.ui.progress_status() in its own statusline.
---@param event table of LspProgress
function M.on_progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  local params = event.data.params
  local value = params.value
  if not client or client.name ~= 'trimtab' or type(value) ~= 'table' then
    return
  end
  if vim.fn.has('nvim-0.12') == 0 or not require('trimtab.options').get().progress then
    return
  end
  local token = ('%d.%s'):format(client.id, params.token)
  local title, message = value.title or 'trimtab', value.message or 'done'
  if value.kind == 'end' then -- what came of it stays on the screen, and the keys
    local words = require('trimtab.preview').words(client.id, tostring(params.token))
    title, message = words and 'trimtab' or title, words or message
  end
  local id = vim.api.nvim_echo({ { say.one_line(message, #title + 2) } }, false, {
    id = shown[token],
    kind = 'progress',
    source = 'trimtab',
    title = title,
    status = value.kind == 'end' and 'success' or 'running',
    percent = value.percentage,
  })
  shown[token] = value.kind ~= 'end' and id or nil
end

return M
