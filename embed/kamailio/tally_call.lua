-- Decides for kamailio.cfg what a new call records: looks up who calls whom, asks the policy, and
-- returns the answer in variables of the call. What is to become of each recording is left to
-- `deliver` as a job (jobs.lua).
--
-- From the environment:
--   TALLY_POLICY     a rule file, or what `tally build` made of one
--   TALLY_KEYS       the public keys (`tally keygen`) of those who may change the policy, one or two paths with a
--                    blank between; may be missing: then whoever can write the policy's file may
--   TALLY_DOCUMENTS  a directory: devices/NAME.json, users/NAME.json, accounts/NAME.json,
--                    plans/ACCOUNT.json
--   TALLY_LUA        this file; jobs.lua is beside it
--   TALLY_SPOOL      a directory: jobs and the report, see jobs.lua
--   TALLY_STORE      the platform's own store of recordings, a directory; may be missing
--
-- The documents are KAZOO's. A device's file names its user, `owner_id`, and its account,
-- `account_id`. An account's storage plan is one key here, `{"url": "https://recordings.example/"}`:
-- where KAZOO has a choice of handlers, this switch has HTTP and FTP. A real switch has a database instead of files, or an HTTP cache in front of one:
-- only `read` has to be replaced.
--
-- This script is loaded once per worker. If there is no policy it fails, and Kamailio does not
-- start. Later the policy is watched: a rule file that has changed is compiled aside, and takes
-- over between two calls. If it has faults, or if there are keys and none of them has signed it, nothing changes.
local tally = require "tally"

local function setting(name)
  return os.getenv(name) or error("tally_call.lua: " .. name .. " is not set")
end

local directory = setting "TALLY_DOCUMENTS"
local jobs = dofile(setting "TALLY_LUA":match "^.*/" .. "jobs.lua")
local policy, why = tally.open(setting "TALLY_POLICY")
if not policy then error("tally_call.lua: " .. why) end
-- With keys, the version that was opened is looked at as well, and a switch does not start by one that nobody signed.
if os.getenv "TALLY_KEYS" then
  local keys = {}
  for path in os.getenv("TALLY_KEYS"):gmatch "%S+" do keys[#keys + 1] = path end
  local guarded, refusal = policy:guard { keys = keys }
  if not guarded then error("tally_call.lua: " .. refusal) end
end
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

-- The url of an account's storage plan; nil if it has none.
local function plan_of(account)
  local text = read("plans", account)
  if not text then return nil end
  local url = text:match '^%s*{%s*"url"%s*:%s*"([^"\\]*)"%s*}%s*$'
  if not jobs.usable(url) then error("plans/" .. account .. ".json: it must be {\"url\": \"http://...\"}", 0) end
  return url
end

-- Returns the answer, and the places of recordings without a url of their own.
local function decide(from, to)
  watched = watched or assert(policy:watch(200))
  local documents = {}
  local source, account = party("caller", from, documents)
  local destination, other = party("callee", to, documents)
  account = account or other
  if account then
    documents[#documents + 1] = document("/account", "accounts", account).bound
  end
  local places = { ["storage-plan"] = plan_of(account), ["system-store"] = os.getenv "TALLY_STORE" }
  local facts = { source = source, destination = destination }
  if places["storage-plan"] then facts["storage-plan"] = true end
  if places["system-store"] then facts["store-flag"] = true end
  local answer, fault = policy:decide(facts, documents)
  if not answer then error(fault, 0) end
  return answer, places
end

-- rtpengine records a call as a whole, so any of the three recordings switches it on; its metadata
-- names each with its origin, after the id of the call's jobs. The flags are a list of words, so
-- blanks in an origin are written %20.
local function flags(legs, reasons, job)
  local metadata = { job and "job:" .. job }
  for _, leg in ipairs(legs) do
    local origin = (reasons[leg .. "-recording"] or "started"):gsub("[^%w:,._/-]", function(c)
      return string.format("%%%02X", c:byte())
    end)
    metadata[#metadata + 1] = leg .. ":" .. origin
  end
  return "record-call=on metadata=" .. table.concat(metadata, "|")
end

-- The recordings that a call starts, and whether one of them starts before the answer.
local function started(answer)
  local legs, at_once = {}, false
  for _, leg in ipairs { "account", "caller", "callee" } do
    local recording, command = answer[leg .. "-recording"], answer[leg .. "-command"]
    if recording and recording ~= "none" then
      legs[#legs + 1] = leg
      at_once = at_once or not command or command.start == "at-once"
    end
  end
  return legs, at_once
end

-- Leaves a call's flags and jobs in its variables.
local function start(call, from, to)
  local answer, places = decide(from, to)
  local legs, at_once = started(answer)
  local offer, later, job, limit = "", nil, nil, nil
  if #legs > 0 then
    job, limit = jobs.leave(call, legs, answer, places)
    local record = flags(legs, policy:reasons(), job)
    if at_once then offer = record else later = record end
  end
  KSR.pv.sets("$var(answer)", policy:json())
  KSR.pv.sets("$var(record)", offer)
  if later then KSR.pv.sets("$avp(answer_record)", later) end
  if job then
    KSR.pv.sets("$avp(job)", job)
    KSR.pv.seti("$avp(limit)", limit)
  end
  KSR.info("tally: " .. from .. " to " .. to .. ": " .. (#legs == 0 and "no recording" or later or offer) .. "\n")
end

-- route[DECIDE] calls this with the users of From and of the request URI.
-- $var(decided) is set last, and means that everything succeeded for this call.
function tally_call(from, to)
  local call = KSR.pv.get("$ci")
  local fine, fault = pcall(start, call, from, to)
  if not fine then
    KSR.err("tally: " .. tostring(fault) .. "\n")
    return
  end
  KSR.pv.sets("$var(decided)", call)
end

local function try(what, ...)
  local fine, fault = pcall(what, ...)
  if not fine then KSR.err("tally: " .. tostring(fault) .. "\n") end
end

-- onreply_route[ANSWER] calls this when a call with jobs is answered.
function tally_answered(job) try(jobs.answered, job) end

-- failure_route[FAILED] calls this when a call fails whose recordings all start with the answer.
function tally_failed(job, call) try(jobs.drop, job, call) end
