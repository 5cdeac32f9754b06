-- Asking a model: from an instruction or an action to a proposal that is shown,
-- or applied, or refused with its reason.
local M = {}

local client_of = require('trimtab.client')
local say = require('trimtab.say')

---@class trimtab.Where
---@field bufnr? integer the current one
---@field line1? integer first line, from 1
---@field line2? integer last line
---@field cursor? integer[] line, from 1, and byte, from 0; without lines
---@field model? string a name of the setting `models`

---@class trimtab.Proposal
---@field id string
---@field uri string
---@field verdict string
---@field reason? string
---@field create? boolean the file does not exist yet; the only hunk is all of it
---@field review? boolean to be shown before it is decided, whatever the option says
---@field version? integer
---@field hunks trimtab.Hunk[]
---@field warning? string what could not be checked of an edit that is ready
---@field why? string
---@field receipt? table

---@class trimtab.Memory of a buffer
---@field id? string the last proposal
---@field title? string

---@type table<integer, trimtab.Memory>
local memory = {}

---@type string? the last instruction, of any buffer
M.last = nil

---@type string[] the newest first
M.history = {}

---@param instruction string
local function remember(instruction)
  M.last = instruction
  M.history = vim.tbl_filter(function(old)
    return old ~= instruction
  end, M.history)
  table.insert(M.history, 1, instruction)
  M.history[51] = nil
end

--- The cursor of a buffer, in the window that shows it.
---@param bufnr integer
---@return integer[]
local function cursor_of(bufnr)
  if bufnr == vim.api.nvim_get_current_buf() then
    return vim.api.nvim_win_get_cursor(0)
  end
  local win = vim.fn.bufwinid(bufnr)
  return win ~= -1 and vim.api.nvim_win_get_cursor(win) or { 1, 0 }
end

--- The lines that a command was given, or the cursor.
---@param client table
---@param where trimtab.Where
---@return table argument
function M.target(client, where)
  local bufnr = where.bufnr or vim.api.nvim_get_current_buf()
  local argument = { uri = vim.uri_from_bufnr(bufnr) }
  if where.line1 then
    argument.range = {
      start = { line = where.line1 - 1, character = 0 },
      ['end'] = { line = where.line2 or where.line1, character = 0 },
    }
    argument.scope = 'range'
  else
    local row, col = unpack(where.cursor or cursor_of(bufnr))
    local text = vim.api.nvim_buf_get_lines(bufnr, row - 1, row, false)[1] or ''
    local character = require('trimtab.hunks').character(text, col, client_of.encoding(client))
    argument.range = {
      start = { line = row - 1, character = character },
      ['end'] = { line = row - 1, character = character },
    }
    argument.scope = 'symbol'
  end
  return argument
end

-- ---- what is typed while the model works ----------------------------------------------------

--- Log which lines change, so that a proposal for an older text can be moved.
---@param bufnr integer
---@return { changes: table[], reloaded: boolean, stop: fun() }
local function watch(bufnr)
  local log = { changes = {}, reloaded = false }
  local on = true
  vim.api.nvim_buf_attach(bufnr, false, {
    on_lines = function(_, _, tick, first, last, new_last)
      if not on then
        return true
      end
      log.changes[#log.changes + 1] =
        { tick = tick, first = first, last = last, new_last = new_last }
    end,
    on_reload = function()
      log.reloaded = true
    end,
  })
  log.stop = function()
    on = false
  end
  return log
end

--- Move the hunks over what was typed since the version that they are for.
---@param proposal trimtab.Proposal
---@param log { changes: table[], reloaded: boolean }
local function move(proposal, log)
  local moved = require('trimtab.hunks').move
  local lost = 0
  if log.reloaded then -- nobody knows what became of the lines
    lost, proposal.hunks = #proposal.hunks, {}
  end
  for _, change in ipairs(log.changes) do
    if change.tick > (proposal.version or change.tick) then
      local kept = {}
      for _, hunk in ipairs(proposal.hunks) do
        local now = moved(hunk, change)
        kept[#kept + 1] = now
        lost = lost + (now and 0 or 1)
      end
      proposal.hunks = kept
    end
  end
  if lost > 0 then
    say.warn('You changed lines that this proposal changes, so they were taken out of it.')
  end
end

-- ---- a proposal -------------------------------------------------------------------------------

---@param client table
---@param bufnr integer
---@param id string
---@param accept string[]|'all'|'none'
---@param done? fun(ok: boolean)
function M.decide(client, bufnr, id, accept, done)
  client_of.call(client, bufnr, 'trimtab.decide', { id = id, accept = accept }, function(_, err)
    if not err then
      say.event('TrimtabDecided', { bufnr = bufnr, id = id, accept = accept })
    end
    if done then
      done(not err)
    end
  end)
end

---@param receipt? table
---@return string
local function cost(receipt)
  if not receipt then
    return ''
  end
  local parts = { receipt.model }
  if receipt.cost_usd then
    parts[#parts + 1] = require('trimtab.status').money(receipt.cost_usd)
  end
  if receipt.ms then
    parts[#parts + 1] = ('%.1f s'):format(receipt.ms / 1000)
  end
  return table.concat(parts, ', ')
end

--- Why nothing came of it; most reasons say by themselves that nothing was changed.
---@param reason string
local function refuse(reason)
  say.fail(reason:match('othing was changed') and reason or reason .. ' Nothing was changed.')
end

--- Show it, apply it, or say why there is nothing to apply.  What is shown
--- already goes only when something better has come.
---@param client table
---@param bufnr integer
---@param proposal trimtab.Proposal
local function take(client, bufnr, proposal)
  local preview = require('trimtab.options').get().preview
  if proposal.warning then
    say.warn(proposal.warning)
  end
  if proposal.verdict == 'unchanged' then
    say.say(proposal.reason or 'The model found nothing to change.')
  elseif proposal.verdict ~= 'ready' and proposal.verdict ~= 'held' then
    refuse(proposal.reason or 'The answer could not be used.')
  elseif #proposal.hunks == 0 then
    say.warn('Nothing of the proposal is left. Ask again.')
  elseif proposal.verdict == 'held' and preview == 'never' and not proposal.review then
    say.fail(
      (proposal.reason or 'Something speaks against this edit.')
        .. ' Nothing was changed; with `preview` "held" such an edit is shown.'
    )
  elseif proposal.create then
    require('trimtab.new_file').show(client, bufnr, proposal)
  elseif proposal.verdict == 'ready' and preview ~= 'always' and not proposal.review then
    local ids = {}
    for _, hunk in ipairs(proposal.hunks) do
      if not hunk.noise then
        ids[#ids + 1] = hunk.id
      end
    end
    require('trimtab.preview').close(bufnr)
    M.decide(client, bufnr, proposal.id, #ids > 0 and ids or 'none')
  else
    if proposal.verdict == 'held' then
      say.warn(
        (proposal.reason or 'Something speaks against this edit.') .. ' Look before you take it.'
      )
    end
    require('trimtab.preview').show(client, bufnr, proposal, cost(proposal.receipt))
  end
end

---@param bufnr integer
---@param command string
---@param argument table
---@param title string
local function propose(bufnr, command, argument, title)
  local client = client_of.need(bufnr)
  if not client then
    return
  end
  local log = watch(bufnr)
  argument.apply = false
  client_of.call(client, bufnr, command, argument, function(proposal, err)
    log.stop()
    require('trimtab.stream').clear(bufnr)
    if err or not proposal or not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    end
    memory[bufnr] = { id = proposal.id, title = title }
    move(proposal, log)
    say.event('TrimtabProposal', { bufnr = bufnr, id = proposal.id, verdict = proposal.verdict })
    take(client, bufnr, proposal)
  end)
end

-- ---- what the commands do ------------------------------------------------------------------------

---@param instruction string
---@param where trimtab.Where
function M.edit(instruction, where)
  local bufnr = where.bufnr or vim.api.nvim_get_current_buf()
  local client = client_of.need(bufnr)
  if not client then
    return
  end
  remember(instruction)
  local argument = M.target(client, where)
  argument.instruction = instruction
  argument.model = where.model
  propose(bufnr, 'trimtab.edit', argument, instruction)
end

--- A code action that asks a model: its command comes here instead.
---@param command table
---@param context table
function M.action(command, context)
  local argument = vim.deepcopy((command.arguments or {})[1] or {})
  local bufnr = context.bufnr or vim.uri_to_bufnr(argument.uri)
  propose(bufnr, 'trimtab.edit', argument, command.title or 'trimtab')
end

---@param where trimtab.Where
function M.again(where)
  if not M.last then
    say.warn('There is no instruction yet; use :LspTrimtabEdit')
    return
  end
  M.edit(M.last, where)
end

---@param bufnr integer
---@param model? string
function M.retry(bufnr, model)
  local known = memory[bufnr]
  if not known then
    say.warn('Nothing was asked for this buffer yet; use :LspTrimtabEdit or `gra`.')
    return
  end
  propose(bufnr, 'trimtab.retry', { id = known.id, model = model }, known.title or 'retry')
end

---@param bufnr integer
---@param instruction string
function M.refine(bufnr, instruction)
  local argument = { uri = vim.uri_from_bufnr(bufnr), instruction = instruction }
  local shown = require('trimtab.preview').of(bufnr)
  if shown then -- it is about what is seen
    argument = { id = shown.proposal.id, instruction = instruction }
  end
  propose(bufnr, 'trimtab.refine', argument, instruction)
end

---@param bufnr integer
---@param argument table of trimtab.compare
function M.compare_by(bufnr, argument)
  local client = client_of.need(bufnr)
  if not client then
    return
  end
  local log = watch(bufnr)
  client_of.call(client, bufnr, 'trimtab.compare', argument, function(answer)
    log.stop()
    if answer and vim.api.nvim_buf_is_loaded(bufnr) then
      require('trimtab.preview').close(bufnr)
      move(answer.a, log)
      move(answer.b, log)
      require('trimtab.duel').show(client, bufnr, answer)
    end
  end)
end

---@param instruction string
---@param where trimtab.Where
function M.compare(instruction, where)
  local bufnr = where.bufnr or vim.api.nvim_get_current_buf()
  local client = client_of.need(bufnr)
  if not client then
    return
  end
  remember(instruction)
  local argument = M.target(client, where)
  argument.instruction = instruction
  M.compare_by(bufnr, argument)
end

---@param bufnr integer
function M.cancel(bufnr)
  local client = client_of.need(bufnr)
  if not client then
    return
  end
  client_of.call(client, bufnr, 'trimtab.status', nil, function(status)
    local n = status and #(status.running or {}) or 0
    if n == 0 then
      say.say('Nothing runs.')
      return
    end
    client_of.call(client, bufnr, 'trimtab.cancel', nil, function(_, err)
      if not err then
        require('trimtab.stream').clear(bufnr)
        say.say(n == 1 and 'Cancelled.' or ('Cancelled %d requests.'):format(n))
      end
    end)
  end)
end

---@param bufnr integer
function M.forget(bufnr)
  memory[bufnr] = nil
end

return M
