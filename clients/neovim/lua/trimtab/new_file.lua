-- A file that a model wrote: shown in a window of its own, created when the user says so.
local M = {}

--- Show it, and ask.
---@param client table
---@param bufnr integer the document that it is about
---@param proposal trimtab.Proposal with `create`
function M.show(client, bufnr, proposal)
  local path = vim.fn.fnamemodify(vim.uri_to_fname(proposal.uri), ':.')
  local lines = vim.split(proposal.hunks[1].newText, '\n', { plain = true })
  if lines[#lines] == '' then
    lines[#lines] = nil
  end
  vim.cmd('botright new')
  local shown = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(shown, 0, -1, false, lines)
  vim.bo[shown].buftype = 'nofile'
  vim.bo[shown].bufhidden = 'wipe'
  vim.bo[shown].modifiable = false
  vim.bo[shown].filetype = vim.filetype.match({ filename = path }) or ''
  vim.cmd('redraw')
  local prompt = ('trimtab: %s is written (%d lines)'):format(path, #lines)
  vim.ui.select({ 'Create it', 'Discard' }, { prompt = prompt }, function(choice)
    if vim.api.nvim_buf_is_valid(shown) then
      vim.api.nvim_buf_delete(shown, { force = true })
    end
    local accept = choice == 'Create it' and 'all' or 'none'
    require('trimtab.requests').decide(client, bufnr, proposal.id, accept)
  end)
end

return M
