-- Decides what a call records, and starts the recordings, for FreeSWITCH's mod_lua. The dialplan
-- runs it before the bridge: dialplan.xml beside this file.
--
-- Channel variables in:
--   tally_source, tally_destination   onnet or offnet, as the dialplan knows them
--   tally_account                     the account document, as JSON text
--   tally_caller_user, tally_caller_device, tally_callee_user, tally_callee_device
--                                     the other documents; unset if there is none
-- Channel variables out:
--   tally_answer                      every decision, as JSON
--   tally_origin                      the origins of the recordings that were started
--
-- From the environment: TALLY_POLICY, a rule file or what `tally build` made of one.
-- A policy is opened once per Lua state, and mod_lua makes a state for each script that the dialplan
-- runs. So a .so is the better choice here: opening it takes far less time than compiling rules.
-- If the call cannot be decided, nothing is recorded, the reason is logged, and the call goes on.
-- The one line that changes this choice is marked.
local tally = require "tally"

local function log(level, text) freeswitch.consoleLog(level, "tally: " .. text .. "\n") end

local function undecided(reason)
  log("err", "nothing is decided: " .. reason)
  -- To refuse the call instead: session:hangup("NORMAL_TEMPORARY_FAILURE")
end

local places = {
  tally_account = "/account",
  tally_caller_user = "/caller/user",
  tally_caller_device = "/caller/device",
  tally_callee_user = "/callee/user",
  tally_callee_device = "/callee/device",
}

local function documents(policy)
  local bound = {}
  for variable, place in pairs(places) do
    local text = session:getVariable(variable)
    if text and text ~= "" then
      local document, fault = policy:bind(place, text)
      if not document then return nil, variable .. ": " .. fault end
      bound[#bound + 1] = document
    end
  end
  return bound
end

-- Sets FreeSWITCH's variables from the settings that started a recording. If it begins on answer
-- or bridge, the channel starts it then.
local function record(leg, settings, origin)
  local name = session:getVariable("uuid") .. "-" .. leg .. "." .. (settings.format or "mp3")
  local path = (session:getVariable("recordings_dir") or "/tmp") .. "/" .. name
  session:setVariable("RECORD_TITLE", origin)
  if settings.record_min_sec then session:setVariable("RECORD_MIN_SEC", tostring(settings.record_min_sec)) end
  if settings.record_sample_rate then session:setVariable("record_sample_rate", tostring(settings.record_sample_rate)) end
  local limit = settings.time_limit or ""
  if settings.record_on_answer then
    session:execute("set", "execute_on_answer_" .. leg .. "=record_session " .. path .. " +" .. limit)
  elseif settings.record_on_bridge then
    session:execute("set", "execute_on_bridge_" .. leg .. "=record_session " .. path .. " +" .. limit)
  else
    session:execute("record_session", path .. (limit ~= "" and " +" .. limit or ""))
  end
  log("info", leg .. " records to " .. path .. ": " .. origin)
end

local function run()
  local policy, fault = tally.open(os.getenv "TALLY_POLICY" or "")
  if not policy then return undecided(fault) end
  local bound, fault = documents(policy)
  if not bound then return undecided(fault) end
  local answer, fault = policy:decide({
    source = session:getVariable("tally_source"),
    destination = session:getVariable("tally_destination"),
  }, bound)
  if not answer then return undecided(fault) end
  session:setVariable("tally_answer", policy:json())

  local origins = {}
  local reasons = policy:reasons()
  for _, leg in ipairs { "account", "caller", "callee" } do
    local started = answer[leg .. "-recording"]
    if started and started ~= "none" then
      local origin = reasons[leg .. "-recording"] or leg
      origins[#origins + 1] = origin
      record(leg, answer[leg .. "-settings"] or {}, origin)
    end
  end
  session:setVariable("tally_origin", table.concat(origins, "; "))
end

run()
