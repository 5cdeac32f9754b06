-- A proposal, shown before anything is changed: change by change, or all, taken
-- or left out.  The server is told once, when all is decided, so the result is
-- one step for `u`.
local M = {}

local client_of = require('trimtab.client')
local draw = require('trimtab.draw')
local hunks = require('trimtab.hunks')
local say = require('trimtab.say')

---@class trimtab.Item
---@field hunk trimtab.Hunk
---@field text string what replaces the place
---@field was string what stands in the place
---@field mark integer the extmark that keeps the place
---@field state 'open'|'taken'|'left'
---@field first integer rows that it concerns, when last drawn
---@field last integer

---@class trimtab.Preview
---@field bufnr integer
---@field client table
---@field proposal trimtab.Proposal
---@field items trimtab.Item[]
---@field words string what was said when it came
---@field float? trimtab.Float
---@field restore fun()

local ns = vim.api.nvim_create_namespace('trimtab.preview')
local places = vim.api.nvim_create_namespace('trimtab.places')

---@type table<integer, trimtab.Preview>
local shown = {}

--- The preview of a buffer, or of the window that floats above it.
---@param bufnr integer
---@return trimtab.Preview?
function M.of(bufnr)
  bufnr = bufnr == 0 and vim.api.nvim_get_current_buf() or bufnr
  if shown[bufnr] then
    return shown[bufnr]
  end
  for _, preview in pairs(shown) do
    if preview.float and preview.float.bufnr == bufnr then
      return preview
    end
  end
end

-- ---- places ------------------------------------------------------------------------------

---@param bufnr integer
---@param place trimtab.Place
---@return string
local function text_at(bufnr, place)
  local ok, lines =
    pcall(vim.api.nvim_buf_get_text, bufnr, place.row, place.col, place.end_row, place.end_col, {})
  return ok and table.concat(lines, '\n') or ''
end

---@param bufnr integer
---@param hunk trimtab.Hunk
---@param encoding string
---@return trimtab.Item
local function item(bufnr, hunk, encoding)
  local place, text = hunks.locate(bufnr, hunk, encoding)
  local empty = place.row == place.end_row and place.col == place.end_col
  local mark = vim.api.nvim_buf_set_extmark(bufnr, places, place.row, place.col, {
    end_row = place.end_row,
    end_col = place.end_col,
    right_gravity = not empty,
    end_right_gravity = false,
  })
  return {
    hunk = hunk,
    text = text,
    was = text_at(bufnr, place),
    mark = mark,
    state = hunk.noise and 'left' or 'open',
    first = place.row,
    last = place.end_row,
  }
end

---@param preview trimtab.Preview
---@param entry trimtab.Item
---@return trimtab.Place?
local function place_of(preview, entry)
  local at =
    vim.api.nvim_buf_get_extmark_by_id(preview.bufnr, places, entry.mark, { details = true })
  if not at[1] then
    return
  end
  local place = { row = at[1], col = at[2], end_row = at[3].end_row, end_col = at[3].end_col }
  return text_at(preview.bufnr, place) == entry.was and place or nil
end

-- ---- drawing -------------------------------------------------------------------------------

---@param preview trimtab.Preview
---@param i integer
---@return string
local function title(preview, i)
  local entry = preview.items[i]
  local words = { ('%d/%d'):format(i, #preview.items) }
  local keys = require('trimtab.options').get().keys
  if entry.state ~= 'open' then
    words[2] = entry.state == 'taken' and '[taken]' or '[left out]'
  elseif keys and keys.take ~= '' and keys.leave ~= '' then
    words[2] = ('%s take, %s leave'):format(keys.take, keys.leave)
  end
  if entry.hunk.noise then
    words[#words + 1] = '(only layout, comments or names)'
  end
  return table.concat(words, ' ')
end

---@param preview trimtab.Preview
local function render(preview)
  vim.api.nvim_buf_clear_namespace(preview.bufnr, ns, 0, -1)
  for i, entry in ipairs(preview.items) do
    local place = place_of(preview, entry)
    if place then
      if preview.float then
        entry.first, entry.last = place.row, place.end_row
      else
        entry.first, entry.last = draw.hunk(preview.bufnr, ns, place, entry.text, {
          title = title(preview, i),
          left = entry.state == 'left',
        })
      end
    end
  end
  if preview.float then
    preview.float.set(preview.items, function(i)
      return title(preview, i), place_of(preview, preview.items[i])
    end)
  end
end

--- Changes whose lines the user edits are no longer what the model saw.
---@param preview trimtab.Preview
local function drop_lost(preview)
  local kept = vim.tbl_filter(function(entry)
    return place_of(preview, entry) ~= nil
  end, preview.items)
  if #kept == #preview.items then
    return
  end
  preview.items = kept
  say.warn('You edited code that this proposal changes, so that change was taken out of it.')
end

---@param preview trimtab.Preview
local function on_typed(preview)
  if shown[preview.bufnr] ~= preview then
    return
  end
  drop_lost(preview)
  if #preview.items == 0 then
    M.finish(preview)
  else
    render(preview)
  end
end

-- ---- deciding -------------------------------------------------------------------------------

---@param preview trimtab.Preview
local function hide(preview)
  shown[preview.bufnr] = nil
  if vim.api.nvim_buf_is_valid(preview.bufnr) then
    vim.api.nvim_buf_clear_namespace(preview.bufnr, ns, 0, -1)
    vim.api.nvim_buf_clear_namespace(preview.bufnr, places, 0, -1)
  end
  if preview.float then
    preview.float.close()
  end
  preview.restore()
end

--- Tell the server what was taken.
---@param preview trimtab.Preview
function M.finish(preview)
  local ids = {}
  for _, entry in ipairs(preview.items) do
    if entry.state == 'taken' then
      ids[#ids + 1] = entry.hunk.id
    end
  end
  hide(preview)
  local accept = #ids > 0 and ids or 'none'
  require('trimtab.requests').decide(preview.client, preview.bufnr, preview.proposal.id, accept)
end

---@param preview trimtab.Preview
---@return trimtab.Item[]
local function open_items(preview)
  return vim.tbl_filter(function(entry)
    return entry.state == 'open'
  end, preview.items)
end

---@param preview trimtab.Preview
---@return trimtab.Item?
local function at_cursor(preview)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  if preview.float and vim.api.nvim_get_current_buf() == preview.float.bufnr then
    return preview.items[preview.float.item(row)]
  end
  for _, entry in ipairs(preview.items) do
    if row >= entry.first and row <= entry.last then
      return entry
    end
  end
  -- The line below a change that only adds lines.
  for _, entry in ipairs(preview.items) do
    if row == entry.last + 1 then
      return entry
    end
  end
  local open = open_items(preview)
  return #open == 1 and open[1] or nil
end

---@param preview trimtab.Preview
---@param step 1|-1
---@param wanted? fun(entry: trimtab.Item): boolean
local function go(preview, step, wanted)
  local in_float = preview.float and vim.api.nvim_get_current_buf() == preview.float.bufnr
  if not in_float and vim.api.nvim_get_current_buf() ~= preview.bufnr then
    return
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local best, edge
  for i, entry in ipairs(preview.items) do
    if not wanted or wanted(entry) then
      local at = in_float and preview.float.row(i) or entry.first
      if (at - row) * step > 0 and (not best or (at - best) * step < 0) then
        best = at
      end
      if not edge or (at - edge) * step < 0 then
        edge = at
      end
    end
  end
  local target = best or edge
  if target then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { target + 1, 0 })
    vim.cmd('normal! zv')
  end
end

---@param preview trimtab.Preview
---@param state 'taken'|'left'
local function decide_one(preview, state)
  local entry = at_cursor(preview)
  if not entry then
    local keys = require('trimtab.options').get().keys
    say.warn(
      'There is no change at the cursor.'
        .. (keys and (' %s goes to the next.'):format(keys.next) or '')
    )
    return
  end
  entry.state = state
  if #open_items(preview) == 0 then
    M.finish(preview)
    return
  end
  render(preview)
  go(preview, 1, function(other)
    return other.state == 'open'
  end)
end

---@param preview trimtab.Preview
---@param state 'taken'|'left'
local function decide_rest(preview, state)
  for _, entry in ipairs(open_items(preview)) do
    entry.state = state
  end
  M.finish(preview)
end

local acts = {
  take = function(preview)
    decide_one(preview, 'taken')
  end,
  leave = function(preview)
    decide_one(preview, 'left')
  end,
  ['take-all'] = function(preview)
    decide_rest(preview, 'taken')
  end,
  ['leave-all'] = function(preview)
    decide_rest(preview, 'left')
  end,
  next = function(preview)
    go(preview, 1)
  end,
  previous = function(preview)
    go(preview, -1)
  end,
}

--- What the mappings do.
---@param what string
function M.act(what)
  local preview = M.of(vim.api.nvim_get_current_buf())
  if preview then
    acts[what](preview)
  else
    say.warn('No proposal is shown in this buffer.')
  end
end

-- ---- showing ---------------------------------------------------------------------------------

local plugs = {
  take = 'take',
  leave = 'leave',
  take_all = 'take-all',
  leave_all = 'leave-all',
  next = 'next',
  previous = 'previous',
}

--- The keys, as long as the proposal is shown; what the buffer had comes back.
---@param bufnr integer
---@return fun() restore
local function map(bufnr)
  local keys = require('trimtab.options').get().keys
  local saved = {}
  for name, key in pairs(keys or {}) do
    if key ~= '' then
      local old = vim.api.nvim_buf_call(bufnr, function()
        return vim.fn.maparg(key, 'n', false, true)
      end)
      saved[#saved + 1] = { key = key, old = old.buffer == 1 and old or nil }
      vim.keymap.set('n', key, ('<Plug>(trimtab-%s)'):format(plugs[name]), {
        buffer = bufnr,
        remap = true,
        desc = 'trimtab: ' .. name:gsub('_', ' '),
      })
    end
  end
  return function()
    if not vim.api.nvim_buf_is_valid(bufnr) then
      return
    end
    for _, entry in ipairs(saved) do
      pcall(vim.keymap.del, 'n', entry.key, { buffer = bufnr })
      if entry.old then
        vim.api.nvim_buf_call(bufnr, function()
          vim.fn.mapset('n', false, entry.old)
        end)
      end
    end
  end
end

--- What to say of a new proposal.
---@param preview trimtab.Preview
---@param cost string
---@return string
local function announcement(preview, cost)
  local n = #preview.items
  local keys = require('trimtab.options').get().keys
  local words = ('%d %s in line %d'):format(
    n,
    n == 1 and 'change' or 'changes, the first',
    preview.items[1].first + 1
  )
  if cost ~= '' then
    words = words .. ', ' .. cost
  end
  local name = #'trimtab: '
  local help = {}
  if keys then
    local one = ('%s take, %s leave'):format(keys.take, keys.leave)
    help =
      { (' (%s; all: %s, %s)'):format(one, keys.take_all, keys.leave_all), (' (%s)'):format(one) }
  end
  for i, text in ipairs(help) do
    local fits = vim.fn.strdisplaywidth(words .. text) + name <= vim.v.echospace
    if fits and (n > 1 or i > 1) then
      return words .. text
    end
  end
  return say.one_line(words, name)
end

--- What was said of a proposal, as long as it is shown.
---@param client_id integer
---@param token string of its progress: "trimtab/7" is that of proposal "7" or "...-7"
---@return string?
function M.words(client_id, token)
  local number = token:match('[^/]+$')
  for _, preview in pairs(shown) do
    if preview.client.id == client_id and preview.proposal.id:match('[^-]+$') == number then
      return preview.words
    end
  end
end

--- Nothing is seen of what is in a closed fold.
---@param preview trimtab.Preview
local function open_folds(preview)
  for _, win in ipairs(vim.fn.win_findbuf(preview.bufnr)) do
    vim.api.nvim_win_call(win, function()
      for _, entry in ipairs(preview.items) do
        if vim.fn.foldclosed(entry.first + 1) ~= -1 then
          vim.cmd(('%dfoldopen!'):format(entry.first + 1))
        end
      end
    end)
  end
end

---@param preview trimtab.Preview
local function follow_typing(preview)
  local waiting = false
  local function changed()
    if shown[preview.bufnr] ~= preview then
      return true
    end
    if not waiting then
      waiting = true
      vim.schedule(function()
        waiting = false
        on_typed(preview)
      end)
    end
  end
  vim.api.nvim_buf_attach(preview.bufnr, false, { on_lines = changed, on_reload = changed })
end

--- Scroll to the first change where the cursor can stay where it is.
---@param preview trimtab.Preview
local function reveal(preview)
  local win = vim.api.nvim_get_current_win()
  if vim.api.nvim_win_get_buf(win) ~= preview.bufnr or vim.api.nvim_get_mode().mode ~= 'n' then
    return
  end
  local entry = preview.items[1]
  local height = vim.api.nvim_win_get_height(win)
  local top, line = vim.fn.line('w0'), vim.api.nvim_win_get_cursor(win)[1]
  local first, last = entry.first + 1, entry.last + 1
  local below = #hunks.lines(entry.text) + 1 -- lines that come, and the one with the keys
  local wanted = top
  if first < top then
    wanted = first
  elseif last + below > top + height - 1 then
    wanted = math.min(last + below - height + 1, first)
  end
  if wanted ~= top and line >= wanted and line < wanted + height then
    vim.fn.winrestview({ topline = math.max(wanted, 1) })
  end
end

-- Lines that come are as wide as the window.
vim.api.nvim_create_autocmd('WinResized', {
  group = vim.api.nvim_create_augroup('trimtab.preview', {}),
  desc = 'trimtab: draw what is shown again',
  callback = function()
    for _, preview in pairs(shown) do
      if not preview.float then
        render(preview)
      end
    end
  end,
})

---@param client table
---@param bufnr integer
---@param proposal trimtab.Proposal
---@param cost string
function M.show(client, bufnr, proposal, cost)
  M.close(bufnr)
  draw.highlights()
  local encoding = client_of.encoding(client)
  local items = vim.tbl_map(function(hunk)
    return item(bufnr, hunk, encoding)
  end, proposal.hunks)
  table.sort(items, function(a, b)
    return a.first < b.first
      or (a.first == b.first and a.hunk.range.start.character < b.hunk.range.start.character)
  end)
  local preview = { bufnr = bufnr, client = client, proposal = proposal, items = items }
  if #open_items(preview) == 0 then -- nothing but noise: then that is the question
    for _, entry in ipairs(items) do
      entry.state = 'open'
    end
  end
  preview.restore = map(bufnr)
  shown[bufnr] = preview
  if require('trimtab.options').get().view == 'float' then
    preview.float = require('trimtab.float').open(bufnr, map, function()
      if shown[bufnr] == preview then
        decide_rest(preview, 'left')
      end
    end)
  end
  render(preview)
  open_folds(preview)
  if not preview.float then
    reveal(preview)
  end
  preview.words = announcement(preview, cost)
  say.say(preview.words)
  follow_typing(preview)
end

--- Give up what is shown; the server is told.
---@param bufnr integer
function M.close(bufnr)
  local preview = shown[bufnr]
  if preview then
    for _, entry in ipairs(preview.items) do
      entry.state = 'left'
    end
    M.finish(preview)
  end
end

--- The buffer or its client is gone.
---@param bufnr integer
function M.forget(bufnr)
  if shown[bufnr] then
    hide(shown[bufnr])
  end
end

---@param client_id integer
function M.ended(client_id)
  for _, preview in pairs(shown) do
    if preview.client.id == client_id then
      hide(preview)
    end
  end
end

return M
