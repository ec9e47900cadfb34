-- Decides for kamailio.cfg what a new call records: looks up who calls whom, asks the policy, and
-- returns the answer in three variables of the call.
--
-- From the environment:
--   TALLY_POLICY     a rule file, or what `tally build` made of one
--   TALLY_DOCUMENTS  a directory: devices/NAME.json, users/NAME.json, accounts/NAME.json
--
-- The documents are KAZOO's. A device's file names its user, `owner_id`, and its account,
-- `account_id`. A real switch has a database instead of files, or an HTTP cache in front of one:
-- only `read` has to be replaced.
--
-- This script is loaded once per worker. If there is no policy it fails, and Kamailio does not
-- start. Later the policy is watched: a rule file that has changed is compiled aside, and takes
-- over between two calls. If it has faults, nothing changes.
local tally = require "tally"

local function setting(name)
  return os.getenv(name) or error("tally_call.lua: " .. name .. " is not set")
end

local directory = setting "TALLY_DOCUMENTS"
local policy, why = tally.open(setting "TALLY_POLICY")
if not policy then error("tally_call.lua: " .. why) end
-- The watch is a thread, so it begins with the first call: a switch forks its workers after it has
-- loaded this script.
local watched = false

-- The text of a document; nil if there is none. Names come from SIP messages, so only names that
-- cannot lead out of the directory are looked up.
local function read(kind, name)
  if not name or not name:match "^[%w][%w._-]*$" then return nil end
  local file = io.open(directory .. "/" .. kind .. "/" .. name .. ".json", "rb")
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  return text
end

-- A document is read and bound once, and kept for a few seconds, separately for each place where it
-- may stand in a request. A cache that is notified of changes would keep it until it changes.
local keep = 5
local bound = {}
local function document(place, kind, name)
  local key = place .. " " .. kind .. " " .. name
  local known = bound[key]
  if known and os.time() - known.since < keep then return known end
  known = { since = os.time(), text = read(kind, name) }
  if known.text then
    known.bound, known.fault = policy:bind(place, known.text)
    if not known.bound then error(kind .. "/" .. name .. ".json: " .. known.fault, 0) end
    known.owner = known.text:match '"owner_id"%s*:%s*"([^"]*)"'
    known.account = known.text:match '"account_id"%s*:%s*"([^"]*)"'
  end
  bound[key] = known
  return known
end

-- One end of a call. Whoever has a device here is onnet, everybody else offnet. Adds the documents to
-- those of the call, and returns the network and the account.
local function party(role, name, documents)
  local device = name and document("/" .. role .. "/device", "devices", name)
  if not device or not device.bound then return "offnet" end
  documents[#documents + 1] = device.bound
  if device.owner then
    local user = document("/" .. role .. "/user", "users", device.owner)
    documents[#documents + 1] = user.bound
  end
  return "onnet", device.account
end

local function decide(from, to)
  watched = watched or assert(policy:watch(200))
  local documents = {}
  local source, account = party("caller", from, documents)
  local destination, other = party("callee", to, documents)
  account = account or other
  if account then
    documents[#documents + 1] = document("/account", "accounts", account).bound
  end
  local answer, fault = policy:decide({ source = source, destination = destination }, documents)
  if not answer then error(fault, 0) end
  return answer
end

-- rtpengine records a call as a whole, so any of the three recordings switches it on;
-- its metadata names each with its origin. The flags are a list of words, so blanks in
-- an origin are written %20.
local legs = { "account", "caller", "callee" }
local function flags(answer, reasons)
  local metadata = {}
  for _, leg in ipairs(legs) do
    local decision = leg .. "-recording"
    local started = answer[decision]
    if started and started ~= "none" then
      local origin = (reasons[decision] or started):gsub("[^%w:,._/-]", function(c)
        return string.format("%%%02X", c:byte())
      end)
      metadata[#metadata + 1] = leg .. ":" .. origin
    end
  end
  if #metadata == 0 then return "" end
  return "record-call=on metadata=" .. table.concat(metadata, "|")
end

-- route[DECIDE] calls this with the users of From and of the request URI.
-- $var(decided) is set last, and means that everything succeeded for this call.
function tally_call(from, to)
  local fine, answer = pcall(decide, from, to)
  if not fine then
    KSR.err("tally: " .. tostring(answer) .. "\n")
    return
  end
  local reasons = policy:reasons()
  local record = flags(answer, reasons)
  KSR.pv.sets("$var(answer)", policy:json())
  KSR.pv.sets("$var(record)", record)
  KSR.info("tally: " .. from .. " to " .. to .. ": " .. (record == "" and "no recording" or record) .. "\n")
  KSR.pv.sets("$var(decided)", KSR.pv.get("$ci"))
end
