-- The configuration for vim.lsp.enable('trimtab').  Everything in it can be
-- overruled by vim.lsp.config('trimtab', { ... }).
local server = require('trimtab.server')
server.load_plugin()
return server.config()
