-- The changes so far of an answer that still comes: seen, never applied.
local M = {}

local ns = vim.api.nvim_create_namespace('trimtab.stream')

---@param bufnr integer
function M.clear(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, ns, 0, -1)
  end
end

---@param client_id integer
---@param params { id: string, uri: string, version: integer, hunks: trimtab.Hunk[], done: boolean }
function M.on(client_id, params)
  local client = vim.lsp.get_client_by_id(client_id)
  local bufnr = client and require('trimtab.client').bufnr(client, params.uri)
  if not client or not bufnr then
    return
  end
  M.clear(bufnr)
  if params.done or require('trimtab.preview').of(bufnr) then
    return -- what is shown stays until it is all there
  elseif (vim.lsp.util.buf_versions[bufnr] or 0) > params.version then
    return -- what was typed has moved the places
  end
  local draw = require('trimtab.draw')
  draw.highlights()
  local encoding = require('trimtab.client').encoding(client)
  for _, hunk in ipairs(params.hunks) do
    local place, text = require('trimtab.hunks').locate(bufnr, hunk, encoding)
    draw.hunk(bufnr, ns, place, text, { title = 'still coming', left = true })
  end
end

return M
