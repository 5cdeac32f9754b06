-- What is done at start-up: mappings without keys, and two autocommands that
-- load the rest when the server attaches to a buffer.
if vim.g.loaded_trimtab then
  return
end
vim.g.loaded_trimtab = 1

local group = vim.api.nvim_create_augroup('trimtab', {})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'trimtab: commands of the buffer',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'trimtab' then
      require('trimtab.attach').attach(event.buf, client)
    end
  end,
})

vim.api.nvim_create_autocmd('LspDetach', {
  group = group,
  desc = 'trimtab: forget the buffer',
  callback = function(event)
    local attach = package.loaded['trimtab.attach']
    if attach then
      attach.detach(event.buf, event.data.client_id)
    end
  end,
})

---@param mode string
---@param name string
---@param right string
---@param desc string
local function plug(mode, name, right, desc)
  vim.keymap.set(mode, '<Plug>(trimtab-' .. name .. ')', right, { desc = 'trimtab: ' .. desc })
end

for name, desc in pairs({
  Edit = 'edit by an instruction',
  Again = 'the last instruction, here',
  Compare = 'two models do it; take the better',
  Explain = 'which model would be asked, and why',
  Retry = 'the last request by another model',
  Refine = 'change the last edit',
  Cancel = 'cancel what runs',
  Stats = 'what became of your edits',
  Log = 'the last requests',
}) do
  local run = "require('trimtab.attach').plug('" .. name .. "', %s)<CR>"
  plug('n', name:lower(), '<Cmd>lua ' .. run:format('false'), desc)
  if name == 'Edit' or name == 'Again' or name == 'Compare' or name == 'Explain' then
    -- Left by CTRL-U, visual mode has set '< and '>.
    plug('x', name:lower(), ':<C-u>lua ' .. run:format('true'), desc)
  end
end
for name, desc in pairs({
  take = 'take the change at the cursor',
  leave = 'leave the change at the cursor out',
  ['take-all'] = 'take all changes',
  ['leave-all'] = 'leave all changes that were not taken',
  next = 'next change',
  previous = 'previous change',
}) do
  plug('n', name, ("<Cmd>lua require('trimtab.preview').act('%s')<CR>"):format(name), desc)
end
