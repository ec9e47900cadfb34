-- Tests of the module, for every Lua: lua test.lua ROOT WORK
--   ROOT  the project's directory
--   WORK  a directory with requests/NAME.jsonl and answers/NAME.jsonl for the shipped
--         rule files (what `tally decide` says), and policies/NAME.so
-- LUA_CPATH names the module.
local root, work = assert(arg[1]), assert(arg[2])
local tally = require "tally"

local count = 0
local function check(condition, message)
  count = count + 1
  if not condition then error(message or "does not hold", 2) end
end
local function equal(a, b, what)
  check(a == b, (what or "") .. ": " .. tostring(a) .. " is not " .. tostring(b))
end
-- What fails gives nil and a message that says so.
local function fails(pattern, value, message)
  check(value == nil, "did not fail")
  check(type(message) == "string" and message:find(pattern), "the message is: " .. tostring(message))
end
local function lines(path)
  local file = assert(io.open(path))
  local out = {}
  for line in file:lines() do out[#out + 1] = line end
  file:close()
  return out
end

-- The members of a JSON object as texts, for binding each alone.
local members = dofile(root .. "/tests/e2e/json_members.lua")

local recording = [[
type network = onnet | offnet
type settings = { enabled : flag?, time_limit : (5..10800)?, url : text? }
input source : network
input urgent : flag = off
input user   : settings?  at /user/call_recording
input device : settings?  at /device/call_recording
let setting = device else user
decision recording : flag {
  on   when source is offnet and setting.enabled is on  because "a call from {source}"
  off  otherwise
}
decision limit : number? = setting.time_limit
decision how : settings? = setting
decision kind : plain | special {
  special when urgent is on
  plain   otherwise
}
]]

-- Opening.
fails("no such file", tally.open "missing.tally")
fails("the path", tally.open())
fails("the path", tally.open {})
fails("T2", tally.open_text("rules", "decision d : flag = x\n"))
fails("two texts", tally.open_text "rules")
local policy = assert(tally.open_text("recording.tally", recording))
equal(policy:generation(), 1)
check(tally.version():match "^%d+%.%d+")

-- Deciding from facts and documents.
local user = assert(policy:bind("/user", '{"name": "Ada", "call_recording": {"enabled": true, "time_limit": 60}}'))
local device = assert(policy:bind("device", '{"call_recording": {"url": "http://a/\\u00e4\\"b"}}'))
local answer = assert(policy:decide({ source = "offnet" }, { user, device }))
equal(answer.recording, true)
equal(answer.limit, 60)
equal(answer.how.enabled, true)
equal(answer.how.url, 'http://a/\195\164"b')
equal(answer.kind, "plain")
equal(policy:reasons().recording, "a call from offnet")
equal(policy:reasons().limit, nil)
equal(policy:json(), '{"recording":true,"limit":60,"how":{"enabled":true,"time_limit":60,"url":"http://a/ä\\"b"},"kind":"plain"}')
check(policy:explain("recording"):find '"rule":1')
answer = assert(policy:decide({ source = "onnet", urgent = true }, { user }))
equal(answer.recording, false)
equal(answer.kind, "special")
-- What a call before brought along is gone.
answer = assert(policy:decide { source = "offnet" })
equal(answer.recording, false)
equal(answer.limit, nil)
equal(answer.how, nil)
equal(assert(policy:decide { source = "offnet", ["user.enabled"] = true }).recording, true)
equal(assert(policy:decide { source = "offnet", ["user.time_limit"] = 5 }).limit, 5)

-- Misuse.
fails("sourc", policy:decide { sourc = "offnet" })
fails("offnett", policy:decide { source = "offnett" })
fails("source", policy:decide {})
fails("cannot be", policy:decide { source = {} })
fails("cannot be", policy:decide { source = true })
fails("whole", policy:decide { source = "offnet", ["user.time_limit"] = 5.5 })
fails("whole", policy:decide { source = "offnet", ["user.time_limit"] = -1 })
fails("time_limit", policy:decide { source = "offnet", ["user.time_limit"] = 4 })
fails("names as keys", policy:decide { "offnet" })
fails("table", policy:decide "offnet")
fails("list", policy:decide({ source = "offnet" }, user))
fails("bind", policy:decide({ source = "offnet" }, { 1 }))
fails("colon", policy.decide { source = "offnet" })
fails("colon", policy.bind())
fails("enabld", policy:bind("/user", '{"call_recording": {"enabld": true}}'))
fails("", policy:bind("/nowhere", "{}"))
fails("two texts", policy:bind "/user")
fails("", policy:bind("/user", "{"))
fails("decision", policy:explain "recordin")
fails("no file", policy:reload())
fails("10 to", policy:watch(1))
fails("JSON text", policy:decide_json())
fails("", policy:decide_json "{")
-- After a failure nothing is left of it.
equal(assert(policy:decide({ source = "offnet" }, { user })).recording, true)
-- A document of another policy.
local other = assert(tally.open_text("recording.tally", recording))
fails("", other:decide({ source = "offnet" }, { user }))
-- What is freed in any order.
other:close()
fails("colon", other:decide { source = "offnet" })
other = nil
collectgarbage()

-- Reloading.
local path = os.tmpname()
local function write(text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end
write "input a : flag\ndecision d : flag = a\n"
local changing = assert(tally.open(path))
equal(assert(changing:decide { a = true }).d, true)
write "input a : flag\ndecision d : flag = not a\ndecision e : number = 7\n"
equal(changing:reload(), 2)
equal(assert(changing:decide { a = true }).d, false)
equal(assert(changing:decide { a = true }).e, 7)
-- An input that a version no longer has is not asked for.
write "input b : flag\ndecision d : flag = b\n"
equal(changing:reload(), 3)
fails("b", changing:decide { a = true })
equal(assert(changing:decide { a = true, b = true }).d, true)
write "input a : flag\ndecision d : flag = not a\n"
equal(changing:reload(), 4)
write "decision d : flag ="
fails("T", changing:reload())
equal(changing:generation(), 4)
equal(assert(changing:decide { a = true }).d, false)

-- How the last reload ended.
local last = assert(changing:last_reload())
equal(last.status, "refused")
check(last.message:find "error%[T")
check(math.abs(os.time() - last.time) < 60, "the time is in seconds")
write "input a : flag\ndecision d : flag = a\n"
equal(changing:reload(), 5)
last = assert(changing:last_reload())
equal(last.status, "loaded")
equal(last.message, nil)
check(last.time > 0)
-- A watch refuses a file without a word, and can be asked.
assert(changing:watch(10))
local function wait_for(status)
  local until_then = os.time() + 20
  repeat last = assert(changing:last_reload()) until last.status == status or os.time() > until_then
  equal(last.status, status)
end
write "decision d : flag = nothing"
wait_for "refused"
check(last.message:find "unknown name `nothing`")
equal(changing:generation(), 5)
write "input a : flag\ndecision d : flag = not a\n"
wait_for "loaded"
equal(changing:generation(), 6)
changing:unwatch()
os.remove(path)
last = assert(policy:last_reload())
equal(last.status, "none")
equal(last.time, nil)
fails("colon", policy.last_reload())

-- The guard: what nobody signed is refused, and a version can be gone back from.
local function copy(from, to)
  local file = assert(io.open(from, "rb"))
  local text = file:read "*a"
  file:close()
  file = assert(io.open(to, "wb"))
  file:write(text)
  file:close()
end
local guarded_path = os.tmpname()
local function put(version, signed)
  copy(work .. "/guard/" .. version .. ".tally", guarded_path)
  if signed then copy(work .. "/guard/" .. version .. ".tally.sig", guarded_path .. ".sig") end
end
put(1, true)
local guarded = assert(tally.open(guarded_path))
fails("no guard", guarded:guard_counts())
fails("paths of public keys are expected", guarded:guard())
fails("paths of public keys are expected", guarded:guard { keys = { 7, {} } })
fails("trusts one key, or two", guarded:guard { keys = {} })
fails("no such file", guarded:guard { keys = { "/nowhere/at/all" } })
fails("signed by another key", guarded:guard { keys = { work .. "/guard/other.pub" } })
check(guarded:guard { keys = { work .. "/guard/other.pub", work .. "/guard/release.pub" } })
put(3)
fails("is for another file", guarded:reload())
equal(assert(guarded:decide {}).version, 1)
local counts = assert(guarded:guard_counts())
equal(counts.admitted, 1)
equal(counts.refused, 1)
equal(counts.serial, 1)
check(counts.message:find "is for another file")
put(2, true)
equal(guarded:reload(), 2)
equal(assert(guarded:decide {}).version, 2)
equal(guarded:roll_back(), 3)
equal(assert(guarded:decide {}).version, 1)
fails("no version before", guarded:roll_back())
os.remove(guarded_path)
os.remove(guarded_path .. ".sig")

-- The log of decisions.
local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. folder))
local logged = assert(tally.open_text("logged.tally", "input a : flag\ninput n : number\ndecision d : flag = a\ndecision e : number = n\n"))
fails("no log", logged:log_flush())
fails("no log", logged:log_counts())
fails("folder", logged:log {})
fails("folder", logged:log "x")
fails("numbers", logged:log { folder = folder, files = -1 })
fails("names", logged:log { folder = folder, keep = { 5 } })
fails("no input", logged:log { folder = folder, keep = { "m" } })
assert(logged:log { folder = folder, name = "lua", keep = { "n" }, id_bytes = 8 })
assert(logged:decide({ a = true, n = 5 }, nil, "call-1"))
assert(logged:decide({ a = false, n = 6 }))
fails("id", logged:decide({ a = false, n = 6 }, nil, {}))
assert(logged:log_flush())
local counts = assert(logged:log_counts())
equal(counts.written, 2)
equal(counts.dropped, 0)
equal(counts.message, nil)
assert(logged:log_rotate())
equal(logged:log_counts().files, 2)
assert(logged:log_close())
os.execute("rm -r " .. folder)

-- Unknown keys that are allowed.
equal(user:unknown_keys(), 1)
equal(user:warnings(), "[]")
local slip = assert(policy:bind("/user", '{"call_recordng": {"enabled": true}, "id": 7}'))
equal(slip:unknown_keys(), 2)
equal(slip:warnings(), '[{"code":"T904","pointer":"/call_recordng","message":"no input stands at key `call_recordng`","meant":"call_recording"}]')
local warnings, unknown = policy:warnings '{"source": "onnet", "Urgent": true, "user": {"name": "Ada"}}'
check(warnings:find '"pointer":"/Urgent"' and warnings:find '"meant":"urgent"')
equal(unknown, 2)
fails("missing", policy:warnings "{}")
fails("JSON text", policy:warnings())
fails("colon", slip.warnings())
fails("colon", slip.unknown_keys(policy))

-- Every shipped rule file decides as `tally decide` does: requests whole, from the
-- rules and from the shared object.
local names = assert(io.popen("cd '" .. work .. "/requests' && ls"))
local files = 0
for file in names:lines() do
  local name = file:gsub("%.jsonl$", "")
  files = files + 1
  local requests, answers = lines(work .. "/requests/" .. name .. ".jsonl"), lines(work .. "/answers/" .. name .. ".jsonl")
  check(#requests > 0 and #requests == #answers, name)
  local built = assert(tally.open(work .. "/policies/" .. name .. ".so"))
  for i, request in ipairs(requests) do
    local text, message = built:decide_json(request)
    if text then
      equal(text, answers[i], name .. " " .. i)
    else
      check(answers[i]:find '"error"', name .. " " .. i .. ": " .. message)
    end
  end
end
names:close()
check(files >= 20, "only " .. files .. " rule files")

-- KAZOO's own answers, documents bound one by one.
local kazoo = assert(tally.open(work .. "/policies/kazoo5.so"))
for i, line in ipairs(lines(root .. "/tests/data/kazoo5_cases.jsonl")) do
  local case = members(line)
  local documents = {}
  local function bring(place, text)
    if text and text ~= "null" then documents[#documents + 1] = assert(kazoo:bind(place, text)) end
  end
  bring("/account", case.account)
  for _, role in ipairs { "caller", "callee" } do
    if case[role] ~= "null" then
      local party = members(case[role])
      bring("/" .. role .. "/user", party.user)
      bring("/" .. role .. "/device", party.device)
    end
  end
  local facts = { source = case.source:match '"(.*)"', destination = case.destination:match '"(.*)"' }
  if case.callee ~= "null" then facts.callee = true end
  if case.caller ~= "null" then facts.caller = true end
  local decided = assert(kazoo:decide(facts, documents))
  local expected = members(case.expected)
  equal('"' .. decided["account-recording"] .. '"', expected.account, "case " .. i)
  equal(tostring(decided["caller-recording"]), expected.caller_endpoint, "case " .. i)
  equal(tostring(decided["callee-recording"]), expected.callee_endpoint, "case " .. i)
  local via_user = decided["callee-recording-via-user"]
  equal(via_user == nil and "null" or tostring(via_user), expected.callee_endpoint_via_user, "case " .. i)
end

print(_VERSION .. (jit and " (" .. jit.version .. ")" or "") .. ": " .. count .. " checks hold")
