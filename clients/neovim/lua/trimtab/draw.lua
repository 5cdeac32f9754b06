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
  return vim.api.nvim_win_get_width(win) - vim.fn.getwininfo(win)[1].textoff
end

--- A line that comes: its text, the part of it that is new, and blanks, so that
--- the colour reaches over the line.
---@param line string
---@param marks? integer[]
---@param width integer
---@param tabstop integer
---@param left boolean
---@return table[] chunks
local function virtual(line, marks, width, tabstop, left)
  local base, strong = 'TrimtabAdd', 'TrimtabAddText'
  if left then
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
    local text = expand(part[1], column, tabstop)
    column = column + vim.fn.strdisplaywidth(text)
    if text ~= '' then
      chunks[#chunks + 1] = { text, part[2] }
    end
  end
  if column < width or #chunks == 0 then
    chunks[#chunks + 1] = { (' '):rep(math.max(width - column, 1)), base }
  end
  return chunks
end

---@class trimtab.Drawing
---@field title string
---@field left? boolean it is not going to be taken

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
  local marks = shown.marks
  if not drawing.left then
    for i in ipairs(shown.gone) do
      vim.api.nvim_buf_set_extmark(bufnr, ns, shown.first + i - 1, 0, {
        line_hl_group = 'TrimtabDelete',
      })
    end
    if marks and marks.gone[2] > marks.gone[1] then
      vim.api.nvim_buf_set_extmark(bufnr, ns, shown.first, marks.gone[1], {
        end_col = marks.gone[2],
        hl_group = 'TrimtabDeleteText',
      })
    end
  end
  local width, tabstop = width_of(bufnr), vim.bo[bufnr].tabstop
  local title_width = vim.fn.strdisplaywidth(drawing.title) + 2
  local lines = {}
  for i, line in ipairs(shown.come) do
    local last = i == #shown.come
    local room = last and math.max(width - title_width, 0) or width
    lines[i] = virtual(line, marks and marks.come, room, tabstop, drawing.left or false)
    if last then
      table.insert(lines[i], { '  ' .. drawing.title, 'TrimtabTitle' })
    end
  end
  -- Below the line before, where there is one: lines above the first line of a
  -- window are not seen.
  local row = shown.first + #shown.gone - 1
  local mark = { virt_lines = #lines > 0 and lines or nil, virt_lines_above = row < 0 }
  if #lines == 0 then
    mark.virt_text = { { drawing.title, 'TrimtabTitle' } }
  end
  vim.api.nvim_buf_set_extmark(bufnr, ns, math.max(row, 0), 0, mark)
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
