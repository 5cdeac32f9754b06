-- A proposal's changes as whole lines for showing.  Pure: no buffer is changed
-- here, and positions are rows and bytes, from 0.
local M = {}

---@class trimtab.Hunk as the server sends it
---@field id string
---@field range { start: { line: integer, character: integer }, ['end']: { line: integer, character: integer } }
---@field newText string
---@field label? string
---@field noise? boolean

---@class trimtab.Place
---@field row integer
---@field col integer
---@field end_row integer
---@field end_col integer

---@class trimtab.Shown what is to be seen of a hunk
---@field first integer the first row that goes, or the row before which lines come
---@field gone string[]
---@field come string[]
---@field marks? { gone: integer[], come: integer[] } in a single line: the bytes that differ

---@param text string
---@return string[]
function M.lines(text)
  return vim.split((text:gsub('\r\n?', '\n')), '\n', { plain = true })
end

local has_new_conversion = vim.fn.has('nvim-0.11') == 1

--- The byte column of a character of LSP.
---@param line string
---@param character integer
---@param encoding string
---@return integer
function M.byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  elseif has_new_conversion then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local utf16 = encoding == 'utf-16'
  local units, code_units = vim.str_utfindex(line)
  if character >= (utf16 and code_units or units) then
    return #line
  end
  return vim.str_byteindex(line, character, utf16)
end

--- The character of LSP at a byte column.
---@param line string
---@param byte integer
---@param encoding string
---@return integer
function M.character(line, byte, encoding)
  byte = math.min(byte, #line)
  if encoding == 'utf-8' then
    return byte
  elseif has_new_conversion then
    return vim.str_utfindex(line, encoding, byte, false)
  end
  local units, code_units = vim.str_utfindex(line, byte)
  return encoding == 'utf-16' and code_units or units
end

--- Where a hunk is in a buffer, and its text.  What comes after the last line
--- of the text is put behind that line's end here.
---@param bufnr integer
---@param hunk trimtab.Hunk
---@param encoding string
---@return trimtab.Place
---@return string
function M.locate(bufnr, hunk, encoding)
  local count = vim.api.nvim_buf_line_count(bufnr)
  local function line(row)
    return vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  end
  local function position(at)
    if at.line >= count then
      return count - 1, #line(count - 1)
    end
    return at.line, M.byte(line(at.line), at.character, encoding)
  end
  local row, col = position(hunk.range.start)
  local end_row, end_col = position(hunk.range['end'])
  local text = hunk.newText:gsub('\r\n?', '\n')
  if hunk.range.start.line >= count then
    text = '\n' .. text
  end
  if hunk.range['end'].line >= count then
    text = text:gsub('\n$', '')
  end
  return { row = row, col = col, end_row = end_row, end_col = end_col }, text
end

--- A byte of UTF-8 that does not begin a character.
---@param text string
---@param i integer
---@return boolean
local function inside(text, i)
  local byte = text:byte(i)
  return byte ~= nil and byte >= 0x80 and byte < 0xc0
end

--- The bytes in which two lines differ, never a part of a character.
---@param old string
---@param new string
---@return { gone: integer[], come: integer[] }
function M.marks(old, new)
  local head, tail = 0, 0
  local most = math.min(#old, #new)
  while head < most and old:byte(head + 1) == new:byte(head + 1) do
    head = head + 1
  end
  while head > 0 and (inside(old, head + 1) or inside(new, head + 1)) do
    head = head - 1
  end
  while tail < most - head and old:byte(#old - tail) == new:byte(#new - tail) do
    tail = tail + 1
  end
  while tail > 0 and (inside(old, #old - tail + 1) or inside(new, #new - tail + 1)) do
    tail = tail - 1
  end
  return { gone = { head, #old - tail }, come = { head, #new - tail } }
end

--- The lines that go and come when `text` replaces `place` in `before`, the
--- lines from `place.row` to `place.end_row`.
---@param before string[]
---@param place trimtab.Place
---@param text string
---@return trimtab.Shown
function M.show(before, place, text)
  local head = before[1]:sub(1, place.col)
  local tail = before[#before]:sub(place.end_col + 1)
  local old, new = vim.deepcopy(before), M.lines(head .. text .. tail)
  local first = place.row
  while #old > 0 and #new > 0 and old[1] == new[1] do
    table.remove(old, 1)
    table.remove(new, 1)
    first = first + 1
  end
  while #old > 0 and #new > 0 and old[#old] == new[#new] do
    table.remove(old)
    table.remove(new)
  end
  local shown = { first = first, gone = old, come = new }
  if #old == 1 and #new == 1 then
    shown.marks = M.marks(old[1], new[1])
  end
  return shown
end

--- Where a hunk is after lines `first` (inclusive) to `last` (exclusive) were
--- replaced by others; nil when they were its own.
---@param hunk trimtab.Hunk
---@param change { first: integer, last: integer, new_last: integer }
---@return trimtab.Hunk?
function M.move(hunk, change)
  local from, to = hunk.range.start, hunk.range['end']
  local last = to.line
  if to.character == 0 and to.line > from.line then
    last = to.line - 1 -- whole lines: the one below is not touched
  end
  if last < change.first then
    return hunk
  elseif from.line >= change.last then
    local by = change.new_last - change.last
    local moved = vim.deepcopy(hunk)
    moved.range.start.line = from.line + by
    moved.range['end'].line = to.line + by
    return moved
  end
end

---@param a trimtab.Place
---@param b trimtab.Place
---@return boolean
local function later(a, b)
  if a.row ~= b.row then
    return a.row > b.row
  end
  return a.col > b.col
end

--- The whole text with hunks in it.
---@param bufnr integer
---@param hunks trimtab.Hunk[]
---@param encoding string
---@return string[]
function M.apply(bufnr, hunks, encoding)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local edits = {}
  for i, hunk in ipairs(hunks) do
    local place, text = M.locate(bufnr, hunk, encoding)
    edits[i] = { place = place, text = text }
  end
  table.sort(edits, function(a, b)
    return later(a.place, b.place)
  end)
  for _, edit in ipairs(edits) do
    local place = edit.place
    local head = lines[place.row + 1]:sub(1, place.col)
    local tail = lines[place.end_row + 1]:sub(place.end_col + 1)
    for _ = place.row, place.end_row do
      table.remove(lines, place.row + 1)
    end
    for i, line in ipairs(M.lines(head .. edit.text .. tail)) do
      table.insert(lines, place.row + i, line)
    end
  end
  return lines
end

--- What hunks change, as a unified diff without its head.
---@param bufnr integer
---@param hunks trimtab.Hunk[]
---@param encoding string
---@param context integer
---@return string[]
function M.diff(bufnr, hunks, encoding, context)
  local old = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') .. '\n'
  local new = table.concat(M.apply(bufnr, hunks, encoding), '\n') .. '\n'
  local diff = vim.text and vim.text.diff or vim.diff
  local text = diff(old, new, { ctxlen = context }) --[[@as string]]
  return vim.split((text:gsub('\n$', '')), '\n', { plain = true })
end

return M
