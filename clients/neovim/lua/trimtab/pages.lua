-- Pages to read: the route of a request, statistics, the log.
local M = {}

local client_of = require('trimtab.client')
local money = require('trimtab.status').money

---@param decision table
---@return string[]
local function explained(decision)
  local lines = { 'Task    ' .. decision.task, 'Why     ' .. decision.reason }
  if decision.choice then
    table.insert(lines, 2, 'Model   ' .. decision.choice.model)
  end
  if decision.finding then
    lines[#lines + 1] = ('Finding %s (:!trimtab findings %s)'):format(
      decision.finding,
      decision.finding
    )
  end
  lines[#lines + 1] = ''
  for _, candidate in ipairs(decision.candidates or {}) do
    local chosen = decision.choice and candidate.name == decision.choice.name
    lines[#lines + 1] = ('%s %-12s %-24s %s'):format(
      chosen and '*' or ' ',
      candidate.name,
      candidate.model,
      candidate.cost_usd and ('~' .. money(candidate.cost_usd)) or 'unknown price'
    )
    if candidate.why_not and candidate.why_not ~= '' then
      lines[#lines + 1] = '    ' .. candidate.why_not
    end
  end
  return lines
end

---@param where trimtab.Where
function M.explain(where)
  local client = client_of.need(where.bufnr)
  if not client then
    return
  end
  local argument = require('trimtab.requests').target(client, where)
  argument.scope = nil
  client_of.call(client, where.bufnr, 'trimtab.explain', argument, function(decision)
    if decision then
      require('trimtab.float').scratch(explained(decision), {
        title = 'trimtab: which model, and why (q closes)',
        enter = true,
      })
    end
  end)
end

--- A page in a window of its own; the page of before is taken again.
---@param name string
---@param text string
local function page(name, text)
  local bufnr = vim.fn.bufadd('trimtab://' .. name)
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, require('trimtab.hunks').lines(vim.trim(text)))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = 'trimtab'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'trimtab: close' })
  local win = vim.fn.bufwinid(bufnr)
  if win ~= -1 then
    vim.api.nvim_set_current_win(win)
  else
    vim.cmd('botright split')
    vim.api.nvim_win_set_buf(0, bufnr)
  end
end

local FLUSH_MS = 5000 -- a server that hangs does not keep its log from being read

--- What the command line of the server prints, once the files that it reads hold
--- what happened just now.
---@param args string[]
---@param done fun(text: string, status?: table)
local function print_of(args, done)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of.get(bufnr)
  local begun = false
  local function run(status)
    if begun then
      return
    end
    begun = true
    client_of.run(client, args, function(text)
      done(text, status)
    end)
  end
  if not client then
    run()
    return
  end
  client_of.call(client, bufnr, 'trimtab.status', { flush = true }, run)
  vim.defer_fn(run, FLUSH_MS)
end

function M.stats()
  print_of({ 'stats' }, function(text, status)
    local session = status and ('\nSince the server started: ' .. money(status.session_usd)) or ''
    page('stats', text .. session)
  end)
end

---@type string[] ids of the log that was shown last
local ids = {}

---@param lead string
---@return string[]
function M.ids(lead)
  return vim.tbl_filter(function(id)
    return vim.startswith(id, lead)
  end, ids)
end

---@param id? string
function M.log(id)
  print_of(id and { 'log', '--answer', id } or { 'log' }, function(text)
    if not id then
      ids = {}
      for found in text:gmatch('%f[%w]e%x+%-%d+') do
        ids[#ids + 1] = found
      end
    end
    page(id and ('answer/' .. id) or 'log', text)
  end)
end

return M
