-- The commands of a buffer that the server is attached to.
local M = {}

local api = vim.api

--- Where it was asked for: until an instruction is typed, the cursor may move.
---@param args table of a user command
---@return trimtab.Where
local function where(args)
  local place = { bufnr = api.nvim_get_current_buf() }
  if args.range > 0 then
    place.line1, place.line2 = args.line1, args.line2
  else
    place.cursor = api.nvim_win_get_cursor(0)
  end
  return place
end

--- The words of the command, or asked for.
---@param args table
---@param prompt string
---@param run fun(instruction: string)
local function with_instruction(args, prompt, run)
  local words = vim.trim(args.args)
  if words ~= '' then
    run(words)
    return
  end
  vim.ui.input({ prompt = prompt }, function(typed)
    typed = vim.trim(typed or '')
    if typed ~= '' then
      run(typed)
    end
  end)
end

--- Earlier instructions.  Neovim completes the last word; they are many.
---@param lead string that word
---@param line string
---@param cursor integer
---@return string[]
local function from_history(lead, line, cursor)
  local typed = line:sub(1, cursor):match('LspTrimtab%a+%s+(.*)$') or lead
  local before = #typed - #lead
  local found = {}
  for _, entry in ipairs(require('trimtab.requests').history) do
    if vim.startswith(entry, typed) then
      found[#found + 1] = entry:sub(before + 1)
    end
  end
  return found
end

---@param lead string
---@return string[]
local function model_names(lead)
  local client_of = require('trimtab.client')
  local client = client_of.get(api.nvim_get_current_buf())
  local status = client and client_of.ask(client, 'trimtab.status', 1000) or {}
  local names = {}
  for _, model in ipairs(status.models or {}) do
    if vim.startswith(model.name, lead) then
      names[#names + 1] = model.name
    end
  end
  return names
end

---@param name string
---@return fun(): table
local function requests(name)
  return function(...)
    return require('trimtab.requests')[name](...)
  end
end

local edit, compare, again = requests('edit'), requests('compare'), requests('again')
local retry, refine, cancel = requests('retry'), requests('refine'), requests('cancel')

---@type table<string, { run: fun(args: table), opts: table }>
local commands = {
  Edit = {
    run = function(args)
      local place = where(args)
      with_instruction(args, 'What should be changed? ', function(instruction)
        edit(instruction, place)
      end)
    end,
    opts = {
      nargs = '*',
      range = true,
      complete = from_history,
      desc = 'Change the code at the cursor, or the lines of the range, by an instruction',
    },
  },
  Again = {
    run = function(args)
      again(where(args))
    end,
    opts = { range = true, desc = 'The last instruction once more, here' },
  },
  Retry = {
    run = function(args)
      retry(api.nvim_get_current_buf(), args.args ~= '' and args.args or nil)
    end,
    opts = {
      nargs = '?',
      complete = model_names,
      desc = 'The last request once more, by another model',
    },
  },
  Refine = {
    run = function(args)
      local bufnr = api.nvim_get_current_buf()
      with_instruction(args, 'What should be different? ', function(instruction)
        refine(bufnr, instruction)
      end)
    end,
    opts = { nargs = '*', complete = from_history, desc = 'Change the last edit, and only that' },
  },
  Compare = {
    run = function(args)
      local place = where(args)
      with_instruction(args, 'What should both models do? ', function(instruction)
        compare(instruction, place)
      end)
    end,
    opts = {
      nargs = '*',
      range = true,
      complete = from_history,
      desc = 'Let two models do it, and take the better answer',
    },
  },
  Explain = {
    run = function(args)
      require('trimtab.pages').explain(where(args))
    end,
    opts = { range = true, desc = 'Which model would be asked here, why, and at what price' },
  },
  Cancel = {
    run = function()
      cancel(api.nvim_get_current_buf())
    end,
    opts = { desc = 'Cancel what runs' },
  },
  Stats = {
    run = function()
      require('trimtab.pages').stats()
    end,
    opts = { desc = 'What became of your edits, by task and model, and what they cost' },
  },
  Log = {
    run = function(args)
      require('trimtab.pages').log(args.args ~= '' and args.args or nil)
    end,
    opts = {
      nargs = '?',
      complete = function(lead)
        return require('trimtab.pages').ids(lead)
      end,
      desc = 'The last requests; with an id, the answer that was refused under it',
    },
  },
}

M.names = vim.tbl_keys(commands)
table.sort(M.names)

---@type table<integer, true> ids of clients: of one that has ended, no name is known
local ours = {}

---@param bufnr integer
---@param client table
function M.attach(bufnr, client)
  ours[client.id] = true
  require('trimtab.server').attached(client, bufnr)
  for name, command in pairs(commands) do
    api.nvim_buf_create_user_command(bufnr, 'LspTrimtab' .. name, command.run, command.opts)
  end
end

---@param bufnr integer
---@param client_id integer
function M.detach(bufnr, client_id)
  if not ours[client_id] then
    return
  end
  require('trimtab.server').detached(client_id, bufnr)
  require('trimtab.preview').forget(bufnr)
  require('trimtab.requests').forget(bufnr)
  if api.nvim_buf_is_valid(bufnr) then
    for _, name in ipairs(M.names) do
      pcall(api.nvim_buf_del_user_command, bufnr, 'LspTrimtab' .. name)
    end
  end
end

--- What a mapping does: the command, where there is one.
---@param name string
---@param selected boolean with the lines of the selection
function M.plug(name, selected)
  if vim.fn.exists(':LspTrimtab' .. name) == 2 then
    vim.cmd((selected and "'<,'>" or '') .. 'LspTrimtab' .. name)
  else
    require('trimtab.say').warn(
      'The server is not attached to this buffer. Run :checkhealth trimtab'
    )
  end
end

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('trimtab.progress', {}),
  desc = 'trimtab: what runs, as a message of Neovim',
  callback = function(event)
    require('trimtab.status').on_progress(event)
  end,
})

return M
