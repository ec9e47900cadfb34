-- Drives a headless Neovim with `tally lsp`: scripts/editors runs it. It ends with an error at the first thing that
-- is not as it should be.
local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')
local rules = {
  'type network = onnet | offnet',
  'input source : network',
  'decision d : flag {',
  '  on when source is onnet',
  '}',
}
vim.fn.writefile(rules, folder .. '/a.tally')
require('tally').setup({ cmd = { vim.env.TALLY, 'lsp' } })
vim.cmd('edit ' .. folder .. '/a.tally')

local function wait(what, done)
  if not vim.wait(20000, done, 20) then error('there is no ' .. what) end
  print('ok ' .. what)
end
assert(vim.bo.filetype == 'tally', 'the file type')
assert(vim.b.current_syntax == 'tally', 'the syntax')
wait('gap', function()
  local found = vim.diagnostic.get(0)
  return #found == 1 and found[1].code == 'T401' and found[1].lnum == 2
end)

local function ask(method, line, character, more)
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = line, character = character } }
  for key, value in pairs(more or {}) do params[key] = value end
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  for _, answer in pairs(answers or {}) do return answer.result end
end
local hover = ask('textDocument/hover', 3, 11)
assert(hover.contents.value:find('input source : network', 1, true), 'hover')
print('ok hover')
local renamed = ask('textDocument/rename', 3, 11, { newName = 'from' })
vim.lsp.util.apply_workspace_edit(renamed, 'utf-16')
assert(vim.fn.getline(2) == 'input from : network at /source', vim.fn.getline(2))
assert(vim.fn.getline(4) == '  on when from is onnet', vim.fn.getline(4))
print('ok rename')
vim.api.nvim_buf_set_lines(0, 4, 4, false, { '  off otherwise' })
wait('rules without a fault', function() return #vim.diagnostic.get(0) == 0 end)
vim.api.nvim_buf_set_lines(0, 4, 5, false, { '  off     otherwise' })
if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync(nil, 20000) end
assert(vim.fn.getline(5) == '  off  otherwise', vim.fn.getline(5))
assert(vim.fn.getline(4) == '  on   when from is onnet', vim.fn.getline(4))
print('ok format')
vim.cmd('TallyTable d')
wait('table', function()
  return vim.bo.filetype == 'markdown' and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find('| onnet | on | 1 |', 1, true) ~= nil
end)
