-- Talking to the server: one of its commands at a time, over the client that is
-- attached to a buffer.  Neovim 0.10 calls a client's functions without `self`.
local M = {}

local say = require('trimtab.say')

local by_method = vim.fn.has('nvim-0.11') == 1

---@param bufnr integer
---@return table? client
function M.get(bufnr)
  return vim.lsp.get_clients({ name = 'trimtab', bufnr = bufnr })[1]
end

--- One of the server's commands.  `done` gets the result, or nil and the error
--- after it was said.
---@param client table
---@param bufnr integer
---@param command string
---@param argument? table
---@param done? fun(result: any, err?: { code: integer, message: string })
function M.call(client, bufnr, command, argument, done)
  local params = { command = command, arguments = argument and { argument } or nil }
  local function handler(err, result)
    if err then
      say.fail(err.message)
    end
    if done then
      done(not err and result or nil, err)
    end
  end
  if by_method then
    client:request('workspace/executeCommand', params, handler, bufnr)
  else
    client.request('workspace/executeCommand', params, handler, bufnr)
  end
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
  local cmd = client and client.config.cmd or require('trimtab.server').current().cmd
  local program = type(cmd) == 'table' and cmd[1] or require('trimtab.server').find() or 'trimtab'
  local env = client and client.config.cmd_env or nil
  local ok, problem = pcall(
    vim.system,
    vim.list_extend({ program }, args),
    { text = true, env = env, timeout = 60000 },
    vim.schedule_wrap(function(out)
      done(out.stdout ~= '' and out.stdout or out.stderr)
    end)
  )
  if not ok then
    say.fail(('`%s` could not be run (%s). Run :checkhealth trimtab'):format(program, problem))
  end
end

return M
