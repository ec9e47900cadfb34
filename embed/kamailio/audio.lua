-- The audio of one recording, from what rtpengine recorded of the whole call.
--
--   luajit audio.lua PCAP PORT BEGIN LIMIT CALLER.raw CALLEE.raw
--
-- In:  PCAP    Ethernet, IPv4 or IPv6, UDP, RTP (RFC 3550), as the packets came to rtpengine
--      PORT    the port at which rtpengine receives the caller's audio
--      BEGIN   when the recording begins, in seconds since 1970, or `first`: with the first audio
--      LIMIT   after how many seconds it ends
-- Out: two files of 16-bit samples, 8,000 a second, of the same length; that length in seconds on
--      standard output, "2.98"; 0 if there is no audio between BEGIN and LIMIT. Exit code 1 where
--      there are packets, but no G.711 among them.
--
-- A packet stands where its RTP timestamp puts it, counted from the first packet of its source. So lost
-- packets are silence, and jitter is gone. If that is half a second from where the packet arrived, the
-- source has paused without counting, and its place is counted anew.
local rate = 8000

-- Numbers in network order.
local function unpack_16(text, at)
  local a, b = text:byte(at, at + 1)
  return a * 256 + b
end
local function unpack_32(text, at) return unpack_16(text, at) * 65536 + unpack_16(text, at + 2) end

-- ITU-T G.711: the sample of each code, as two bytes. Plain arithmetic, so that any Lua runs it.
local function bits(number, from, count) return math.floor(number / 2 ^ from) % 2 ^ count end
local function flip(number, mask)
  local out = 0
  for i = 0, 7 do
    if bits(number, i, 1) ~= bits(mask, i, 1) then out = out + 2 ^ i end
  end
  return out
end
local function alaw(code)
  code = flip(code, 0x55)
  local exponent, mantissa = bits(code, 4, 3), bits(code, 0, 4)
  local magnitude = exponent == 0 and mantissa * 16 + 8 or (mantissa * 16 + 264) * 2 ^ (exponent - 1)
  return code >= 128 and magnitude or -magnitude
end
local function ulaw(code)
  code = flip(code, 0xff)
  local magnitude = (bits(code, 0, 4) * 8 + 132) * 2 ^ bits(code, 4, 3) - 132
  return code >= 128 and -magnitude or magnitude
end
local function samples_of(decode)
  local samples = {}
  for code = 0, 255 do
    local sample = decode(code) % 65536
    samples[string.char(code)] = string.char(sample % 256, math.floor(sample / 256))
  end
  return samples
end
local decoders = { [0] = samples_of(ulaw), [8] = samples_of(alaw) }

-- The RTP packet in an Ethernet frame: its port of destination, payload type, timestamp, source and
-- payload. Nothing for any other packet, and for RTCP, whose types are 200 to 204.
local function rtp_of(frame)
  if #frame < 54 then return end
  local kind, ip, udp = unpack_16(frame, 13), 15, nil
  if kind == 0x0800 and frame:byte(ip + 9) == 17 then
    udp = ip + frame:byte(ip) % 16 * 4
  elseif kind == 0x86dd and frame:byte(ip + 6) == 17 then
    udp = ip + 40
  end
  local rtp = udp and udp + 8
  if not rtp or #frame < rtp + 12 or bits(frame:byte(rtp), 6, 2) ~= 2 then return end
  local flags, kind_of = frame:byte(rtp), frame:byte(rtp + 1)
  if kind_of >= 200 and kind_of <= 204 then return end
  local payload, last = rtp + 12 + flags % 16 * 4, #frame
  if bits(flags, 4, 1) == 1 then
    if payload + 3 > last then return end
    payload = payload + 4 + unpack_16(frame, payload + 2) * 4
  end
  if bits(flags, 5, 1) == 1 then last = last - frame:byte(last) end
  if payload > last then return end
  return unpack_16(frame, udp + 2), kind_of % 128, unpack_32(frame, rtp + 4), unpack_32(frame, rtp + 8),
    frame:sub(payload, last)
end

-- Calls `each(time, frame)` for the packets of a pcap file. A file that ends in a packet ends before it.
local function packets_of(path, each)
  local file = assert(io.open(path, "rb"))
  local header = file:read(24)
  local little = header and header:sub(1, 4) == "\212\195\178\161"
  if header and not little and header:sub(1, 4) ~= "\161\178\195\212" then error(path .. " is not a pcap file", 0) end
  local function number(text, at)
    local part = text:sub(at, at + 3)
    return unpack_32(little and part:reverse() or part, 1)
  end
  while header do
    local record = file:read(16)
    local frame = record and #record == 16 and file:read(number(record, 9))
    if not frame or #frame < number(record, 9) then break end
    each(number(record, 1) + number(record, 5) / 1e6, frame)
  end
  file:close()
end

-- Where the packets of one party stand, in samples after `begin`.
local function place_maker()
  local source, first, origin
  return function(ssrc, timestamp, arrived)
    local place
    if ssrc == source then
      local steps = (timestamp - first) % 2 ^ 32
      place = origin + (steps < 2 ^ 31 and steps or steps - 2 ^ 32)
    end
    if not place or math.abs(place - arrived) > rate / 2 then
      source, first, origin, place = ssrc, timestamp, arrived, arrived
    end
    return place
  end
end

local function main(pcap, port, begin, limit, caller_file, callee_file)
  port, limit = tonumber(port), math.floor(tonumber(limit) * rate)
  begin = begin ~= "first" and tonumber(begin) or nil
  local parties = {}
  for party, path in pairs { caller = caller_file, callee = callee_file } do
    parties[party] = { file = assert(io.open(path, "wb")), place = place_maker(), length = 0 }
  end
  local heard, other = false, nil
  packets_of(pcap, function(time, frame)
    local destination, kind, timestamp, ssrc, payload = rtp_of(frame)
    if not destination then return end
    local decoder = decoders[kind]
    if not decoder then
      other = other or kind
      return
    end
    heard, begin = true, begin or time
    local party = destination == port and parties.caller or parties.callee
    local place = party.place(ssrc, timestamp, math.floor((time - begin) * rate + 0.5))
    local from, to = math.max(place, 0), math.min(place + #payload, limit)
    if from >= to then return end
    party.file:seek("set", from * 2)
    party.file:write((payload:sub(from - place + 1, to - place):gsub(".", decoder)))
    party.length = math.max(party.length, to)
  end)
  if not heard and other then error("payload type " .. other .. " is not G.711", 0) end
  local length = math.max(parties.caller.length, parties.callee.length)
  for _, party in pairs(parties) do
    if party.length < length then
      party.file:seek("set", length * 2 - 2)
      party.file:write "\0\0"
    end
    assert(party.file:close())
  end
  print(("%.2f"):format(length / rate))
end

local fine, fault = pcall(main, ...)
if not fine then
  io.stderr:write("audio.lua: ", tostring(fault), "\n")
  os.exit(1)
end
