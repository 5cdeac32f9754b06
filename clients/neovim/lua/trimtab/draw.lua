-- One hunk in a buffer, without changing the buffer: lines that go are
-- highlighted, lines that come are virtual.
local M = {}

local hunks = require('trimtab.hunks')

local groups = {
  TrimtabDelete = 'DiffDelete',
  TrimtabDeleteText = 'DiffText',
  TrimtabAdd = 'DiffAdd',
  TrimtabAddText = 'DiffText',
  TrimtabLeft = 'Comment',
  TrimtabTitle = 'NonText',
}

--- A colour scheme may clear them.
function M.highlights()
  for name, link in pairs(groups) do
    vim.api.nvim_set_hl(0, name, { link = link, default = true })
  end
end

---@param text string
---@param column integer where it begins on the screen
---@param tabstop integer
---@return string
local function expand(text, column, tabstop)
  local result, width = {}, column
  for part, tab in text:gmatch('([^\t]*)(\t?)') do
    result[#result + 1] = part
    width = width + vim.fn.strdisplaywidth(part)
    if tab ~= '' then
      local n = tabstop - width % tabstop
      result[#result + 1] = (' '):rep(n)
      width = width + n
    end
  end
  return table.concat(result)
end

---@param bufnr integer
---@return integer
local function width_of(bufnr)
  local win = vim.fn.bufwinid(bufnr)
  if win == -1 then
    return 80
  end
  return math.max(vim.api.nvim_win_get_width(win) - vim.fn.getwininfo(win)[1].textoff, 1)
end

---@param char string
---@return integer
local function cells(char)
  local byte = char:byte()
  return byte >= 0x20 and byte < 0x7f and 1 or vim.fn.strdisplaywidth(char)
end

--- Chunks over as many lines as they need: Neovim cuts virtual lines off.
---@param chunks table[]
---@param width integer
---@return table[][] lines
---@return integer columns of the last
local function wrap(chunks, width)
  local lines, line, column = {}, {}, 0
  for _, chunk in ipairs(chunks) do
    local text, group = chunk[1], chunk[2]
    local starts = vim.str_utf_pos(text)
    local from = 1
    for i, at in ipairs(starts) do
      local size = cells(text:sub(at, (starts[i + 1] or #text + 1) - 1))
      if column > 0 and column + size > width then
        if at > from then
          line[#line + 1] = { text:sub(from, at - 1), group }
        end
        lines[#lines + 1] = line
        line, column, from = {}, 0, at
      end
      column = column + size
    end
    if from <= #text then
      line[#line + 1] = { text:sub(from), group }
    end
  end
  lines[#lines + 1] = line
  return lines, column
end

---@class trimtab.Look
---@field width integer of the window
---@field tabstop integer
---@field left boolean it is not going to be taken

--- A line that comes: its text, the part of it that is new, and blanks, so that
--- the colour reaches over the line.
---@param line string
---@param marks? integer[]
---@param look trimtab.Look
---@return table[][] lines of chunks
local function virtual(line, marks, look)
  local base, strong = 'TrimtabAdd', 'TrimtabAddText'
  if look.left then
    base, strong = 'TrimtabLeft', 'TrimtabLeft'
  end
  local from, to = #line, #line
  if marks then
    from, to = marks[1], marks[2]
  end
  local chunks, column = {}, 0
  for _, part in ipairs({
    { line:sub(1, from), base },
    { line:sub(from + 1, to), strong },
    { line:sub(to + 1), base },
  }) do
    local text = expand(part[1], column, look.tabstop)
    column = column + vim.fn.strdisplaywidth(text)
    chunks[#chunks + 1] = text ~= '' and { text, part[2] } or nil
  end
  local lines, last = wrap(chunks, look.width)
  if last < look.width then
    table.insert(lines[#lines], { (' '):rep(look.width - last), base })
  end
  return lines
end

---@class trimtab.Drawing
---@field title string
---@field left? boolean it is not going to be taken

--- Highlight what goes.
---@param bufnr integer
---@param ns integer
---@param shown trimtab.Shown
local function gone(bufnr, ns, shown)
  for i in ipairs(shown.gone) do
    vim.api.nvim_buf_set_extmark(bufnr, ns, shown.first + i - 1, 0, {
      line_hl_group = 'TrimtabDelete',
    })
  end
  local marks = shown.marks
  if marks and marks.gone[2] > marks.gone[1] then
    vim.api.nvim_buf_set_extmark(bufnr, ns, shown.first, marks.gone[1], {
      end_col = marks.gone[2],
      hl_group = 'TrimtabDeleteText',
    })
  end
end

---@param bufnr integer
---@param ns integer
---@param place trimtab.Place
---@param text string
---@param drawing trimtab.Drawing
---@return integer first row that it concerns
---@return integer last
function M.hunk(bufnr, ns, place, text, drawing)
  local before = vim.api.nvim_buf_get_lines(bufnr, place.row, place.end_row + 1, false)
  local shown = hunks.show(before, place, text)
  if not drawing.left then
    gone(bufnr, ns, shown)
  end
  local look = {
    width = width_of(bufnr),
    tabstop = vim.bo[bufnr].tabstop,
    left = drawing.left or false,
  }
  local lines = {}
  for _, line in ipairs(shown.come) do
    vim.list_extend(lines, virtual(line, shown.marks and shown.marks.come, look))
  end
  lines[#lines + 1] = { { '  ' .. drawing.title, 'TrimtabTitle' } }
  -- Below the line before, where there is one: lines above the first line of a
  -- window are not seen.
  local row = shown.first + #shown.gone - 1
  vim.api.nvim_buf_set_extmark(bufnr, ns, math.max(row, 0), 0, {
    virt_lines = lines,
    virt_lines_above = row < 0,
  })
  if row < 0 then
    M.uncover(bufnr, #lines)
  end
  return math.max(row - #shown.gone + 1, 0), math.max(row, shown.first)
end

--- Windows at the top of the text show the virtual lines above it.
---@param bufnr integer
---@param count integer
function M.uncover(bufnr, count)
  for _, win in ipairs(vim.fn.win_findbuf(bufnr)) do
    vim.api.nvim_win_call(win, function()
      local view = vim.fn.winsaveview()
      if view.topline == 1 and view.topfill < count then
        vim.fn.winrestview({ topline = 1, topfill = count })
      end
    end)
  end
end

return M
