-- record.lua against a small stand-in for FreeSWITCH: lua test.lua SCRIPT POLICY
-- LUA_CPATH names the module tally; TALLY_POLICY, which the script reads, is set by
-- whoever runs this.
local script = assert(arg[1])

-- What mod_lua gives a script: a session with channel variables, and the console.
local function channel(variables)
  local done, logged = {}, {}
  session = {
    getVariable = function(_, name) return variables[name] end,
    setVariable = function(_, name, value) variables[name] = value end,
    execute = function(_, application, argument) done[#done + 1] = application .. " " .. argument end,
  }
  freeswitch = { consoleLog = function(level, text) logged[#logged + 1] = level .. ": " .. text end }
  return variables, done, logged
end

local function holds(condition, what) if not condition then error(what, 2) end end

-- A user who wants calls with customers recorded calls one.
local variables, done = channel {
  uuid = "1-2", recordings_dir = "/var/recordings",
  tally_source = "onnet", tally_destination = "offnet",
  tally_account = '{"name": "Acme"}',
  tally_caller_user = '{"call_recording": {"outbound": {"offnet": {"enabled": true, "format": "wav", "time_limit": 60}}}}',
}
dofile(script)
holds(#done == 1 and done[1] == "record_session /var/recordings/1-2-caller.wav +60", table.concat(done, "\n"))
holds(variables.tally_origin == "outbound to offnet from endpoint", variables.tally_origin)
holds(variables.tally_answer:find '"caller%-recording":true', variables.tally_answer)
holds(variables.RECORD_TITLE == "outbound to offnet from endpoint", variables.RECORD_TITLE)

-- Recording begins on answer where the settings say so, and account and caller record
-- one call, each for itself.
variables, done = channel {
  uuid = "3", tally_source = "onnet", tally_destination = "offnet",
  tally_account = '{"call_recording": {"account": {"outbound": {"offnet": {"enabled": true, "record_on_answer": true}}}}}',
  tally_caller_device = '{"call_recording": {"any": {"any": {"enabled": true}}}}',
}
dofile(script)
holds(#done == 2, table.concat(done, "\n"))
holds(done[1]:find "^set execute_on_answer_account=record_session /tmp/3%-account%.", done[1])
holds(done[2]:find "^record_session /tmp/3%-caller%.", done[2])
holds(variables.tally_origin == "outbound to offnet from account; outbound to offnet from endpoint", variables.tally_origin)

-- Nothing is recorded, and nothing is left of the call before.
variables, done = channel { uuid = "4", tally_source = "offnet", tally_destination = "onnet" }
dofile(script)
holds(#done == 0 and variables.tally_origin == "", table.concat(done, "\n"))

-- What cannot be decided is logged, and the call goes on unrecorded.
for _, bad in ipairs {
  { tally_source = "elsewhere", tally_destination = "onnet" },
  { tally_destination = "onnet" },
  { tally_source = "onnet", tally_destination = "onnet", tally_caller_user = "{" },
  { tally_source = "onnet", tally_destination = "onnet",
    tally_caller_user = '{"call_recording": {"any": {"any": {"enabled": "yes"}}}}' },
} do
  local logged
  variables, done, logged = channel(bad)
  dofile(script)
  holds(#done == 0 and variables.tally_answer == nil, "something was done")
  holds(#logged == 1 and logged[1]:find "^err: tally: nothing is decided", logged[1])
end

print "freeswitch/record.lua does what it says"
