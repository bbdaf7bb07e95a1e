-- limit_done.lua: somebody's attempt was right: it costs nothing, and the address is known to the account from now on.
--
-- Exactly what it cost is given back, and not the whole budget of an address: else who guesses would sign in to an
-- account of his own in between.
--
-- KEYS  1 to 4, as in limit_try.lua
-- ARGV  1 every_ms of address
--       2 every_ms of account
--       3 known_s   how long the address is known
-- Returns  1
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function give_back(key, every)
  local value = redis.pcall('GET', key)
  local whole = (type(value) == 'string' and tonumber(value) or 0) - tonumber(every)
  if whole <= now then
    redis.call('DEL', key)
  else
    redis.call('SET', key, string.format('%.0f', whole), 'PX', string.format('%.0f', whole - now))
  end
end

-- Who is known was not charged there.
if redis.call('EXISTS', KEYS[4]) == 0 then
  give_back(KEYS[1], ARGV[1])
  give_back(KEYS[2], ARGV[2])
end
redis.call('DEL', KEYS[3])
redis.call('SET', KEYS[4], '1', 'EX', ARGV[3])
return 1
