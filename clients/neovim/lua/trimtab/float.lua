-- The proposal as a diff in a window that floats above the text.
local M = {}

local hunks = require('trimtab.hunks')

---@class trimtab.Float
---@field bufnr integer
---@field set fun(items: trimtab.Item[], describe: fun(i: integer): string, trimtab.Place?)
---@field item fun(row: integer): integer the number of the change in a row
---@field row fun(i: integer): integer
---@field close fun()

---@param lines string[]
---@return table
local function shape(lines)
  local width = 60
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 1)
  end
  width = math.max(math.min(width, vim.o.columns - 4), 1)
  local height = 0
  for _, line in ipairs(lines) do -- a long line takes several
    height = height + math.max(math.ceil(vim.fn.strdisplaywidth(line) / width), 1)
  end
  height = math.min(height, math.max(vim.o.lines - 6, 1))
  return {
    relative = 'editor',
    width = width,
    height = height,
    row = math.max(math.floor((vim.o.lines - height) / 2) - 1, 0),
    col = math.max(math.floor((vim.o.columns - width) / 2), 0),
  }
end

--- A scratch buffer with these lines in a floating window.  `q` closes it.
---@param lines string[]
---@param opts { title: string, filetype?: string, enter: boolean }
---@return integer bufnr
---@return integer win
function M.scratch(lines, opts)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = opts.filetype or 'trimtab'
  local win = vim.api.nvim_open_win(
    bufnr,
    opts.enter,
    vim.tbl_extend('force', shape(lines), {
      style = 'minimal',
      border = 'rounded',
      title = ' ' .. opts.title .. ' ',
    })
  )
  vim.wo[win].wrap = true
  vim.wo[win].winfixbuf = true
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'trimtab: close' })
  return bufnr, win
end

---@param bufnr integer the text that it is about
---@param map fun(bufnr: integer): fun()
---@param on_close fun()
---@return trimtab.Float
function M.open(bufnr, map, on_close)
  -- Who types elsewhere goes on typing there.
  local enter = vim.api.nvim_get_mode().mode == 'n' and vim.api.nvim_get_current_buf() == bufnr
  local float_buf, win = M.scratch({ '' }, { title = 'trimtab', filetype = 'diff', enter = enter })
  map(float_buf)
  local rows = {} ---@type integer[] where each change begins
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = float_buf,
    once = true,
    callback = function()
      vim.schedule(on_close)
    end,
  })
  return {
    bufnr = float_buf,
    set = function(items, describe)
      local lines = {}
      rows = {}
      for i, entry in ipairs(items) do
        local words, place = describe(i)
        rows[i] = #lines
        lines[#lines + 1] = ('@@ line %d @@ %s'):format(entry.first + 1, words)
        if place then
          local before = vim.api.nvim_buf_get_lines(bufnr, place.row, place.end_row + 1, false)
          local shown = hunks.show(before, place, entry.text)
          for _, line in ipairs(shown.gone) do
            lines[#lines + 1] = '-' .. line
          end
          for _, line in ipairs(shown.come) do
            lines[#lines + 1] = '+' .. line
          end
        end
      end
      vim.bo[float_buf].modifiable = true
      vim.api.nvim_buf_set_lines(float_buf, 0, -1, false, lines)
      vim.bo[float_buf].modifiable = false
      if vim.api.nvim_win_is_valid(win) then
        vim.api.nvim_win_set_config(win, shape(lines))
      end
    end,
    item = function(row)
      for i = #rows, 1, -1 do
        if row >= rows[i] then
          return i
        end
      end
      return 1
    end,
    row = function(i)
      return rows[i]
    end,
    close = function()
      if vim.api.nvim_win_is_valid(win) then
        vim.api.nvim_win_close(win, true)
      end
    end,
  }
end

return M
