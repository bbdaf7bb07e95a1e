-- guest_name.lua: a guest wants to be called something, and no other guest is called that, or what looks the same.
--
-- KEYS  1 session  hash, see session_create.lua
--       2 look     string: the hash of the guest's session who has a name of that look; older ones do not count any more
--       3 key      the same for a name of that key: in other letters, as capitals may, it looks otherwise
-- ARGV  1 hash     as in the name of KEYS[1]
--       2 name     display name
--       3 look     what it looks like
--       4 key      by which it would be found
--       5 idle_s   how long it is his at least
--       6 channel  where it is told that the session has changed
--       7 prefix   what stands before the hash in the name of a session
-- Returns  1; 0 when somebody else has it; -1 when there is no such session
local function is_taken(string, field, value)
  local owner = redis.call('GET', string)
  return owner and owner ~= ARGV[1] and redis.call('HGET', ARGV[7] .. owner, field) == value
end

if is_taken(KEYS[2], 'look', ARGV[3]) or is_taken(KEYS[3], 'key', ARGV[4]) then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'look', ARGV[3], 'key', ARGV[4])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[5])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[5])
redis.call('PUBLISH', ARGV[6], 'changed:' .. ARGV[1])
return 1
