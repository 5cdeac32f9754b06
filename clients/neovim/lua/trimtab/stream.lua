-- The changes so far of an answer that still comes: seen, never applied.
local M = {}

local ns = vim.api.nvim_create_namespace('trimtab.stream')

---@param bufnr integer
function M.clear(bufnr)
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, ns, 0, -1)
  end
end

---@param params { id: string, uri: string, version: integer, hunks: trimtab.Hunk[], done: boolean }
function M.on(params)
  local bufnr = vim.uri_to_bufnr(params.uri)
  M.clear(bufnr)
  if params.done or not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  local client = require('trimtab.client').get(bufnr)
  if not client or (vim.lsp.util.buf_versions[bufnr] or 0) > params.version then
    return -- what was typed has moved the places
  end
  local draw = require('trimtab.draw')
  draw.highlights()
  local encoding = require('trimtab.client').encoding(client)
  for _, hunk in ipairs(params.hunks) do
    local place, text = require('trimtab.hunks').locate(bufnr, hunk, encoding)
    draw.hunk(bufnr, ns, place, text, { title = '... (still coming)', left = true })
  end
end

return M
