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

---@param modes string|string[]
---@param name string
---@param right string
---@param desc string
local function plug(modes, name, right, desc)
  vim.keymap.set(modes, '<Plug>(trimtab-' .. name .. ')', right, { desc = 'trimtab: ' .. desc })
end

-- `:` in visual mode begins with '<,'>: the selected lines.
plug({ 'n', 'x' }, 'edit', ':LspTrimtabEdit<CR>', 'edit by an instruction')
plug({ 'n', 'x' }, 'again', ':LspTrimtabAgain<CR>', 'the last instruction, here')
plug({ 'n', 'x' }, 'compare', ':LspTrimtabCompare<CR>', 'two models do it; take the better')
plug({ 'n', 'x' }, 'explain', ':LspTrimtabExplain<CR>', 'which model would be asked, and why')
plug('n', 'retry', '<Cmd>LspTrimtabRetry<CR>', 'the last request by another model')
plug('n', 'refine', '<Cmd>LspTrimtabRefine<CR>', 'change the last edit')
plug('n', 'cancel', '<Cmd>LspTrimtabCancel<CR>', 'cancel what runs')
plug('n', 'stats', '<Cmd>LspTrimtabStats<CR>', 'what became of your edits')
plug('n', 'log', '<Cmd>LspTrimtabLog<CR>', 'the last requests')
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
