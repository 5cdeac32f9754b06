-- The commands of a buffer that the server is attached to.
local M = {}

local api = vim.api

---@param args table of a user command
---@return trimtab.Where
local function where(args)
  local place = { bufnr = api.nvim_get_current_buf() }
  if args.range > 0 then
    place.line1, place.line2 = args.line1, args.line2
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

---@param lead string
---@return string[]
local function from_history(lead)
  return vim.tbl_filter(function(entry)
    return vim.startswith(entry, lead)
  end, require('trimtab.requests').history)
end

---@type table<integer, string[]> names of models, by client
local models = {}

---@param lead string
---@return string[]
local function model_names(lead)
  local client = require('trimtab.client').get(api.nvim_get_current_buf())
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, client and models[client.id] or {})
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

---@param bufnr integer
---@param client table
function M.attach(bufnr, client)
  require('trimtab.server').attached(client, bufnr)
  for name, command in pairs(commands) do
    api.nvim_buf_create_user_command(bufnr, 'LspTrimtab' .. name, command.run, command.opts)
  end
  if models[client.id] then
    return
  end
  models[client.id] = {}
  require('trimtab.client').call(client, bufnr, 'trimtab.status', nil, function(status)
    models[client.id] = vim.tbl_map(function(model)
      return model.name
    end, status and status.models or {})
  end)
end

---@param bufnr integer
---@param client_id integer
function M.detach(bufnr, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  if client and client.name ~= 'trimtab' then
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

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('trimtab.progress', {}),
  desc = 'trimtab: what runs, as a message of Neovim',
  callback = function(event)
    require('trimtab.status').on_progress(event)
  end,
})

return M
