-- What is to become of the recordings of a call: jobs for `deliver`, in files.
--
-- In $TALLY_SPOOL, which only the user of the switch may read, because urls may have passwords:
--   jobs/ID.LEG       one recording, one line per key: `call`, `leg`, `origin`, `start`, `format`,
--                     `min` and `limit` (seconds), `rate` (samples per second; may be missing),
--                     `storage`, `place` (a url, or the directory of the platform's store)
--   jobs/ID.answered  when the call was answered, in seconds since 1970: 1796016685.861
--   report            what became of each recording, one line each: time, event, call, leg, words, (origin)
--
-- A recording that is lost has no job, so `deliver` throws away what rtpengine makes of it. It is reported
-- before the call is made.
local spool = os.getenv "TALLY_SPOOL" or error "jobs.lua: TALLY_SPOOL is not set"
local jobs = {}
local number = 0

local function now() return KSR.pv.get "$TV(Sn)" end

-- A file is complete when it has its name.
local function write(name, text)
  local path = spool .. "/jobs/" .. name
  local file = assert(io.open(path .. ".new", "wb"))
  file:write(text)
  assert(file:close())
  assert(os.rename(path .. ".new", path))
end

local function report(event, call, leg, words, origin)
  local file = assert(io.open(spool .. "/report", "ab"))
  file:write(("%s %s %s %s %s (%s)\n"):format(now(), event, call, leg, words, origin))
  assert(file:close())
  KSR.warn(("tally: %s: recording of the %s: %s: %s\n"):format(call, leg, event, words))
end

-- Whether something can be sent to a url. The rules look at the scheme only: "http:recordings" passes.
function jobs.usable(url)
  if not url or url:find "[%s%c]" then return false end
  local scheme, host = url:match "^(%l+)://([^/?#]+)"
  return host ~= nil and (scheme == "http" or scheme == "https" or scheme == "ftp" or scheme == "ftps")
end

-- Why a recording is lost; nil if it is not. A url is not shown: it may have a password.
local function why_lost(command, place)
  if command.lost then return "it has no url that can be used, no storage plan and no store" end
  if command.storage == "url" and not jobs.usable(place) then return "its url names no host" end
  return nil
end

-- Leaves a job for each of the legs' recordings, and reports those that will be lost. Returns the id of
-- the jobs, and the greatest time limit. Returns nil for rules that only decide whether to record, and
-- make no command: what rtpengine records is then kept as it is.
function jobs.leave(call, legs, answer, places)
  number = number + 1
  local id = ("%d-%d-%d"):format(os.time(), KSR.pv.get "$pp", number)
  local greatest
  for _, leg in ipairs(legs) do
    local command = answer[leg .. "-command"]
    if command then
      local place = command.url or places[command.storage]
      local origin = (command.origin or ""):gsub("%c", " ")
      local why = why_lost(command, place)
      if why then
        report("lost", call, leg, why, origin)
      else
        local lines = { "call " .. call, "leg " .. leg, "origin " .. origin,
          "start " .. command.start, "format " .. command.format, ("min %.0f"):format(command.record_min_sec),
          ("limit %.0f"):format(command.time_limit), "storage " .. command.storage, "place " .. place }
        if command.record_sample_rate then lines[#lines + 1] = ("rate %.0f"):format(command.record_sample_rate) end
        write(id .. "." .. leg, table.concat(lines, "\n") .. "\n")
      end
      greatest = math.max(greatest or 0, command.time_limit)
    end
  end
  if greatest then return id, greatest end
end

function jobs.answered(id) write(id .. ".answered", now() .. "\n") end

-- Removes the jobs of a call that was not answered.
function jobs.drop(id, call)
  for _, leg in ipairs { "account", "caller", "callee" } do
    if os.remove(spool .. "/jobs/" .. id .. "." .. leg) then
      report("empty", call, leg, "the call was not answered", "-")
    end
  end
end

return jobs
