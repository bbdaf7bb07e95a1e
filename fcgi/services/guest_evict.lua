-- guest_evict.lua: an account has taken a name; the guests who have it, or one that looks like it, get others.
--
-- KEYS  1 look     string, see guest_name.lua
--       2 key      the same
-- ARGV  1 look     of the account's name
--       2 key      the same
--       3 name     a new one for the guest of that look
--       4 name     and for the one of that key, if it is another
--       5 channel  where it is told that the session has changed
--       6 prefix   what stands before the hash in the name of a session
-- Returns  how many such guests there were
local count = 0

local function evict(string, field, value, name)
  local hash = redis.call('GET', string)
  if not hash then return end
  redis.call('DEL', string)
  if redis.call('HGET', ARGV[6] .. hash, field) ~= value then return end
  redis.call('HSET', ARGV[6] .. hash, 'name', name)
  redis.call('HDEL', ARGV[6] .. hash, 'look', 'key')
  redis.call('PUBLISH', ARGV[5], 'changed:' .. hash)
  count = count + 1
end

evict(KEYS[1], 'look', ARGV[1], ARGV[3])
evict(KEYS[2], 'key', ARGV[2], ARGV[4])
return count
