-- For tests/e2e/vector_calls: the example's script, embed/kamailio/tally_call.lua, but a call that has a request in its
-- header X-Tally-Request is decided as this request, not as the documents of its parties.
--
-- The fewest requests that detect every edit of the rules have what no switch of one configuration brings about, such as
-- a platform with another limit for each call. Everything behind the decision is the example's own.
local tally = require "tally"
local directory = os.getenv "TALLY_EXAMPLE"

local members = dofile(directory .. "/../../tests/e2e/json_members.lua")

-- The value of a scalar; texts in these requests have no escapes that matter here.
local function scalar(json)
  if json == "true" or json == "false" then return json == "true" end
  return tonumber(json) or json:match '^"(.*)"$'
end

-- The facts and the documents of a request. Where a document stands, the policy binds it.
local function parts(policy, request)
  local facts, documents = {}, {}
  local function bind(place, json)
    documents[#documents + 1] = assert(policy:bind(place, json))
  end
  for key, json in pairs(members(request)) do
    if key == "account" then
      bind("/account", json)
    elseif key == "caller" or key == "callee" then
      facts[key] = true
      for member, value in pairs(members(json)) do
        if member == "hotdesk_users" then facts[key .. ".hotdesk_users"] = scalar(value)
        else bind("/" .. key .. "/" .. member, value) end
      end
    elseif key == "system" then
      for member, value in pairs(members(json)) do
        if member == "call_recording" then facts["default-format"] = scalar(members(value).extension)
        elseif member == "max_recording_time_limit" then facts.longest = scalar(value)
        elseif member == "record_min_sec" then facts.shortest = scalar(value)
        elseif type(scalar(value)) == "boolean" then facts["store-flag"] = scalar(value)
        else facts["store-text"] = scalar(value) end
      end
    else
      facts[key:gsub("_", "-")] = scalar(json)
    end
  end
  return facts, documents
end

local open, getenv = tally.open, os.getenv
function tally.open(path)
  local policy, why = open(path)
  if not policy then return nil, why end
  local shown = {}
  function shown.decide(_, facts, documents)
    local request = KSR.pv.get "$hdr(X-Tally-Request)"
    if request then facts, documents = parts(policy, request) end
    return policy:decide(facts, documents)
  end
  return setmetatable(shown, { __index = function(_, name)
    return function(_, ...) return policy[name](policy, ...) end
  end })
end
function os.getenv(name)
  return name == "TALLY_LUA" and directory .. "/tally_call.lua" or getenv(name)
end
dofile(directory .. "/tally_call.lua")
