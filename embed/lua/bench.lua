-- Measures what a decision costs from Lua: lua bench.lua POLICY.so
-- The policy is the one of call_recording.tally. Prints the median, minimum and maximum of nine
-- repetitions, in nanoseconds per decision.
local tally = require "tally"
local policy = assert(tally.open(assert(arg[1])))
local documents = {
  assert(policy:bind("/account", '{"call_recording": {"account": {"inbound": {"offnet": {"enabled": true}}}}}')),
  assert(policy:bind("/caller/user", '{"call_recording": {"outbound": {"offnet": {"enabled": true}}}}')),
  assert(policy:bind("/caller/device", '{"call_recording": {"outbound": {"onnet": {"enabled": false}}}}')),
}
local networks = { "onnet", "offnet" }

local function measure(name, documents)
  local count, times = 50000, {}
  for repetition = 1, 9 do
    local begin = os.clock()
    for i = 1, count do
      policy:decide({ source = networks[i % 2 + 1], destination = networks[i % 3 % 2 + 1] }, documents)
    end
    times[repetition] = (os.clock() - begin) / count * 1e9
  end
  table.sort(times)
  print(string.format("%-28s %6.0f  (%.0f..%.0f)", (jit and "LuaJIT" or _VERSION) .. ", " .. name, times[5], times[1], times[9]))
end
measure("facts only")
measure("with three documents", documents)
