std = 'luajit'
globals = { 'vim' } -- vim.g, vim.bo and their like are written to
max_line_length = false -- the formatter's business
