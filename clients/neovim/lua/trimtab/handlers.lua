-- What the server sends on its own.
local M = {}

--- Is the buffer newer than the edit?  Its new text is on the way to the server
--- then (or still waits for Neovim's debounce).
---@param client table
---@param edit table a WorkspaceEdit
---@return integer? bufnr
local function newer(client, edit)
  for _, change in ipairs(edit.documentChanges or {}) do
    local document = change.textDocument
    if document and type(document.version) == 'number' then
      local bufnr = require('trimtab.client').bufnr(client, document.uri)
      if bufnr and (vim.lsp.util.buf_versions[bufnr] or 0) > document.version then
        return bufnr
      end
    end
  end
end

---@param edit table a WorkspaceEdit
---@return integer[]
local function buffers(edit)
  local list = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      list[#list + 1] = vim.uri_to_bufnr(change.textDocument.uri)
    end
  end
  for uri in pairs(edit.changes or {}) do
    list[#list + 1] = vim.uri_to_bufnr(uri)
  end
  return list
end

--- What was done before and what comes after are steps of their own for `u`,
--- also while the user types.
---@param list integer[]
local function break_undo(list)
  for _, bufnr in ipairs(list) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
    end
  end
end

--- The user has seen and accepted these changes: ask nothing again.
---@param edit table a WorkspaceEdit
local function without_annotations(edit)
  edit.changeAnnotations = nil
  for _, change in ipairs(edit.documentChanges or {}) do
    for _, text_edit in ipairs(change.edits or {}) do
      text_edit.annotationId = nil
    end
  end
end

--- Neovim itself skips an edit for an older text and says that it was applied.
--- Refused instead, the server moves it over what was typed and sends it again.
---@param params table
---@param context table
function M.apply_edit(_, params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local edit = params.edit
  local bufnr = newer(client, edit)
  if bufnr then
    -- A request sends what was typed before itself.
    require('trimtab.client').call(client, bufnr, 'trimtab.status')
    return { applied = false, failureReason = 'The text was changed meanwhile.' }
  end
  local list = buffers(edit)
  without_annotations(edit)
  break_undo(list)
  local ok, problem =
    pcall(vim.lsp.util.apply_workspace_edit, edit, require('trimtab.client').encoding(client))
  break_undo(list)
  require('trimtab.say').event(
    'TrimtabApplied',
    { buffers = list, applied = ok, label = params.label }
  )
  if ok then
    return { applied = true }
  end
  return { applied = false, failureReason = tostring(problem) }
end

---@param params trimtab.Status
---@param context table
function M.status(_, params, context)
  require('trimtab.status').on(context.client_id, params)
end

---@param params table
---@param context table
function M.preview(_, params, context)
  require('trimtab.stream').on(context.client_id, params)
end

return M
