-- Two answers side by side, without their models: those are said after the
-- choice.
local M = {}

local client_of = require('trimtab.client')
local hunks = require('trimtab.hunks')
local say = require('trimtab.say')

---@class trimtab.Comparison
---@field id string
---@field a trimtab.Proposal
---@field b trimtab.Proposal

---@param side trimtab.Proposal
---@return boolean
local function usable(side)
  return (side.verdict == 'ready' or side.verdict == 'held') and #side.hunks > 0
end

---@param bufnr integer
---@param side trimtab.Proposal
---@param encoding string
---@return string[]
local function lines_of(bufnr, side, encoding)
  local lines = {}
  if side.reason and (side.verdict == 'held' or not usable(side)) then
    vim.list_extend(lines, hunks.lines(side.reason))
  elseif not usable(side) then
    lines = { 'This answer could not be used.' }
  end
  if side.warning then
    vim.list_extend(lines, hunks.lines(side.warning))
  end
  if usable(side) then
    vim.list_extend(lines, hunks.diff(bufnr, side.hunks, encoding, 3))
  end
  return lines
end

---@param name string
---@param lines string[]
---@param bar string
---@return integer bufnr
local function fill(name, lines, bar)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = 'diff'
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.wo[0][0].winbar = bar:gsub('%%', '%%%%')
  vim.wo[0][0].number = false
  vim.wo[0][0].wrap = true -- what differs may stand at the end of a line
  vim.wo[0][0].breakindent = true
  return bufnr
end

---@param winner 'a'|'b'|'none'
---@param models { a: { model: string }, b: { model: string } }
---@return string
local function revealed(winner, models)
  if winner == 'none' then
    return ('Answer 1 was from %s, answer 2 from %s. Nothing was changed.'):format(
      models.a.model,
      models.b.model
    )
  end
  local other = winner == 'a' and 'b' or 'a'
  return ('You took the answer of %s; the other was from %s.'):format(
    models[winner].model,
    models[other].model
  )
end

--- The keys that choose are letters and digits: never under the fingers of
--- somebody who types.
---@param run fun()
local function when_nobody_types(run)
  if vim.api.nvim_get_mode().mode == 'n' then
    run()
    return
  end
  say.say('Both answers are here; they are shown when you are back in normal mode.')
  vim.api.nvim_create_autocmd('ModeChanged', {
    pattern = '*:n',
    once = true,
    callback = vim.schedule_wrap(function()
      when_nobody_types(run)
    end),
  })
end

---@param client table
---@param bufnr integer
---@param answer trimtab.Comparison
function M.show(client, bufnr, answer)
  if not usable(answer.a) and not usable(answer.b) then
    local reason = answer.a.reason or answer.b.reason or 'they do not fit the text.'
    say.fail('Neither answer can be used: ' .. reason)
    return
  end
  when_nobody_types(function()
    if vim.api.nvim_buf_is_loaded(bufnr) then
      M.open(client, bufnr, answer)
    end
  end)
end

---@param client table
---@param bufnr integer
---@param answer trimtab.Comparison
function M.open(client, bufnr, answer)
  local encoding = client_of.encoding(client)
  local left = lines_of(bufnr, answer.a, encoding)
  local right = lines_of(bufnr, answer.b, encoding)
  local origin = vim.api.nvim_get_current_tabpage()
  vim.cmd.tabnew()
  vim.bo.bufhidden = 'wipe'
  local tab = vim.api.nvim_get_current_tabpage()
  local name = ('trimtab://%s/'):format(answer.id)
  local first = fill(name .. '1', left, ' Answer 1 (1 takes it)')
  vim.cmd('rightbelow vsplit')
  local second = fill(name .. '2', right, ' Answer 2 (2 takes it, n: neither)')
  vim.cmd.wincmd('h')

  local judged = false
  local function close()
    if not vim.api.nvim_tabpage_is_valid(tab) or #vim.api.nvim_list_tabpages() == 1 then
      return
    end
    local here = vim.api.nvim_get_current_tabpage() == tab
    vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(tab))
    if here and vim.api.nvim_tabpage_is_valid(origin) then
      vim.api.nvim_set_current_tabpage(origin)
    end
  end
  ---@param winner 'a'|'b'|'none'
  local function judge(winner)
    if judged then
      return
    elseif winner ~= 'none' and not usable(answer[winner]) then
      say.warn('That answer cannot be applied. Take the other one, or n for neither.')
      return
    end
    judged = true
    close()
    local choice = { id = answer.id, winner = winner }
    client_of.call(client, bufnr, 'trimtab.rate', choice, function(models)
      if not models then
        return
      end
      say.say(revealed(winner, models))
      say.event('TrimtabDuel', vim.tbl_extend('force', { bufnr = bufnr, winner = winner }, models))
      if winner ~= 'none' then
        require('trimtab.requests').decide(client, bufnr, answer[winner].id, 'all')
      end
    end)
  end
  for _, side in ipairs({ first, second }) do
    for key, winner in pairs({ ['1'] = 'a', ['2'] = 'b', n = 'none', q = 'none' }) do
      vim.keymap.set('n', key, function()
        judge(winner)
      end, { buffer = side, nowait = true, desc = 'trimtab: take ' .. winner })
    end
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = side,
      once = true,
      callback = function()
        vim.schedule(function()
          judge('none')
        end)
      end,
    })
  end
end

return M
