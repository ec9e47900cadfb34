-- `tally lsp` for Neovim 0.7 and later.
--
--   require('tally').setup()                                  -- `tally` is in the PATH
--   require('tally').setup({ cmd = { '/opt/bin/tally', 'lsp' } })
--
-- :TallyTable, :TallyMatrix and :TallyDiff show what the code lenses above a decision show.
local tally = {}

-- Shows Markdown beside the rules.
local function show(title, text)
  vim.cmd('vnew')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, '\n'))
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile, vim.bo.filetype = 'nofile', 'wipe', false, 'markdown'
  vim.bo.modifiable = false
  vim.wo.wrap = false
  pcall(vim.api.nvim_buf_set_name, 0, title)
end

-- Runs a command of the server, and shows its answer.
function tally.run(command, argument, bufnr)
  local function on_answer(failed, text)
    if failed then
      vim.notify(failed.message, vim.log.levels.ERROR)
    elseif type(text) == 'string' then
      show(command .. ' ' .. (argument.decision or ''), text)
    end
  end
  local params = { command = command, arguments = { argument } }
  vim.lsp.buf_request(bufnr or 0, 'workspace/executeCommand', params, on_answer)
end

local commands = { TallyTable = 'tally.table', TallyMatrix = 'tally.matrix', TallyDiff = 'tally.diffHead',
  TallyUnnoticed = 'tally.unnoticed' }
local clients = {} -- by folder, for Neovim 0.7

local function attach(bufnr, options)
  local here = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':p:h')
  local git = vim.fn.finddir('.git', here .. ';')
  local root = git ~= '' and vim.fn.fnamemodify(git, ':p:h:h') or here
  local config = {
    name = 'tally',
    cmd = options.cmd or { 'tally', 'lsp' },
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    on_attach = options.on_attach,
  }
  if vim.lsp.start then
    vim.lsp.start(config)
    return
  end
  config.on_exit = function() clients[root] = nil end
  clients[root] = clients[root] or vim.lsp.start_client(config)
  if clients[root] then vim.lsp.buf_attach_client(bufnr, clients[root]) end
end

function tally.setup(options)
  options = options or {}
  for _, command in pairs(commands) do
    vim.lsp.commands[command] = function(lens) tally.run(command, lens.arguments[1]) end
  end
  vim.api.nvim_create_autocmd('FileType', {
    pattern = 'tally',
    callback = function(event)
      local bufnr = event.buf
      attach(bufnr, options)
      for name, command in pairs(commands) do
        vim.api.nvim_buf_create_user_command(bufnr, name, function(given)
          local argument = { uri = vim.uri_from_bufnr(bufnr) }
          if given.args ~= '' then argument.decision = given.args end
          tally.run(command, argument, bufnr)
        end, { nargs = '?' })
      end
    end,
  })
end

return tally
