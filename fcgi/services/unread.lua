-- unread.lua: how much of some rooms somebody has not read, and when each was last spoken in.
--
-- KEYS  head, log of each room
-- ARGV  epoch, seq of each: up to where he has read; "0", "0": nothing
-- Returns, for each room, one after the other:  count, 1 if there is more than that (else 0), sent_at or ""
--
-- seq leaps after a restart of Redis (see append.lua), so what is more than the list can hold is counted in it.
local results = {}

local function seq_of(message)
  return tonumber(string.match(message, '^{"id":"%x+%-(%d+)"') or '0')
end

local function count_after(log, seq)
  local list, count = redis.call('LRANGE', log, 0, -1), 0
  for i = #list, 1, -1 do
    if seq_of(list[i]) <= seq then return count, 0 end
    count = count + 1
  end
  local is_first = #list > 0 and string.find(list[1], '"prev":0,', 1, true)
  return count, is_first and 0 or 1
end

for i = 1, #KEYS, 2 do
  local head, log = KEYS[i], KEYS[i + 1]
  local epoch, newest = unpack(redis.call('HMGET', head, 'epoch', 'seq'))
  local count, more, sent_at = 0, 0, ''
  if epoch then
    local seq = epoch == ARGV[i] and tonumber(ARGV[i + 1]) or 0
    local ahead = tonumber(newest) - seq
    if ahead <= 0 then count = 0
    elseif ahead <= redis.call('LLEN', log) then count = ahead
    else count, more = count_after(log, seq) end
    local last = redis.call('LINDEX', log, -1)
    sent_at = last and string.match(last, '"sent_at":"([^"\\]*)"') or ''
  end
  results[#results + 1] = count
  results[#results + 1] = more
  results[#results + 1] = sent_at
end
return results
