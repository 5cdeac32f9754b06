-- Talking to the server: one of its commands at a time, over the client that is
-- attached to a buffer.  Neovim 0.10 calls a client's functions without `self`.
local M = {}

local say = require('trimtab.say')

local by_method = vim.fn.has('nvim-0.11') == 1

local METHOD = 'workspace/executeCommand'
local CANCELLED = -32800 -- by the user, who knows

---@class trimtab.Error
---@field code integer
---@field message string

---@param bufnr integer
---@return table? client
function M.get(bufnr)
  return vim.lsp.get_clients({ name = 'trimtab', bufnr = bufnr })[1]
end

--- The same; that there is none is said.
---@param bufnr integer
---@return table? client
function M.need(bufnr)
  local client = M.get(bufnr)
  if not client then
    say.fail('The server is not attached to this buffer. Run :checkhealth trimtab')
  end
  return client
end

--- The attached buffer of a URI.  (vim.uri_to_bufnr would make one.)
---@param client table
---@param uri string
---@return integer? bufnr
function M.bufnr(client, uri)
  for bufnr in pairs(client.attached_buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.uri_from_bufnr(bufnr) == uri then
      return bufnr
    end
  end
end

--- What waits for an answer, by client: Neovim never answers for a server that
--- ended.
---@type table<integer, table<function, true>>
local waiting = {}

--- One of the server's commands.  `done` gets the result, or nil and the error
--- after it was said; once, also when the server ends before it answers.
---@param client table
---@param bufnr integer
---@param command string
---@param argument? table
---@param done? fun(result: any, err?: trimtab.Error)
function M.call(client, bufnr, command, argument, done)
  local params = { command = command, arguments = argument and { argument } or nil }
  local mine = waiting[client.id] or {}
  waiting[client.id] = mine
  local function handler(err, result)
    if not mine[handler] then
      return
    end
    mine[handler] = nil
    if err and err.code ~= CANCELLED and err.message ~= '' then
      say.fail(err.message)
    end
    if done then
      done(not err and result or nil, err)
    end
  end
  mine[handler] = true
  local sent
  if by_method then
    sent = client:request(METHOD, params, handler, bufnr)
  else
    sent = client.request(METHOD, params, handler, bufnr)
  end
  if not sent then
    handler({ code = 0, message = 'The server has ended. Open the file again (:edit) to start it.' })
  end
end

--- The server ended: nothing will be answered any more.
---@param client_id integer
function M.ended(client_id)
  local mine = waiting[client_id] or {}
  waiting[client_id] = nil
  for _, handler in ipairs(vim.tbl_keys(mine)) do
    handler({ code = 0, message = '' }) -- that it crashed is said elsewhere
  end
end

--- One of the server's commands that is answered at once, waited for.
---@param client table
---@param command string
---@param ms integer at most
---@return any result nil when there was none
function M.ask(client, command, ms)
  local answer
  if by_method then
    answer = client:request_sync(METHOD, { command = command }, ms, 0)
  else
    answer = client.request_sync(METHOD, { command = command }, ms, 0)
  end
  return answer and answer.result
end

---@param client table
---@return string
function M.encoding(client)
  return client.offset_encoding or 'utf-16'
end

--- What the command line of the server prints, with the server's own environment.
---@param client? table
---@param args string[]
---@param done fun(text: string)
function M.run(client, args, done)
  local server = require('trimtab.server')
  local config = client and client.config or server.current()
  local command = server.command_line(config.cmd, args)
  local ok, problem = pcall(
    vim.system,
    command,
    { text = true, env = config.cmd_env, timeout = 60000 },
    vim.schedule_wrap(function(out)
      done(out.stdout ~= '' and out.stdout or out.stderr)
    end)
  )
  if not ok then
    say.fail(('`%s` could not be run (%s). Run :checkhealth trimtab'):format(command[1], problem))
  end
end

return M
