-- guest_name.lua: a guest wants to be called something, and no other guest is called what looks the same.
--
-- KEYS  1 session  hash, see session_create.lua
--       2 guest    string: the hash of the guest's session who has a name of that look; older ones do not count any more
-- ARGV  1 hash     as in the name of KEYS[1]
--       2 name     display name
--       3 look     what it looks like
--       4 idle_s   how long it is his at least
--       5 channel  where it is told that the session has changed
--       6 prefix   what stands before the hash in the name of a session
-- Returns  1; 0 when somebody else has it; -1 when there is no such session
local owner = redis.call('GET', KEYS[2])

if owner and owner ~= ARGV[1] and redis.call('HGET', ARGV[6] .. owner, 'look') == ARGV[3] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'look', ARGV[3])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[4])
redis.call('PUBLISH', ARGV[5], 'changed:' .. ARGV[1])
return 1
