-- The configuration for vim.lsp.enable('trimtab').  Everything in it can be
-- overruled by vim.lsp.config('trimtab', { ... }).
return require('trimtab.server').config()
