-- guest_evict.lua: an account has taken a name; the guest who has one that looks like it gets another.
--
-- KEYS  1 guest    string, see guest_name.lua
-- ARGV  1 look     of the account's name
--       2 name     the guest's new one
--       3 channel  where it is told that the session has changed
--       4 prefix   what stands before the hash in the name of a session
-- Returns  1 when there was such a guest, else 0
local hash = redis.call('GET', KEYS[1])

if not hash then return 0 end
redis.call('DEL', KEYS[1])
if redis.call('HGET', ARGV[4] .. hash, 'look') ~= ARGV[1] then return 0 end
redis.call('HSET', ARGV[4] .. hash, 'name', ARGV[2])
redis.call('HDEL', ARGV[4] .. hash, 'look')
redis.call('PUBLISH', ARGV[3], 'changed:' .. hash)
return 1
