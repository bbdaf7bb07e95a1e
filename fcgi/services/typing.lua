-- typing.lua: somebody is writing something; told to those who listen, not too often, and not where a crowd is.
--
-- KEYS  1 typing   string: he said so a moment ago
--       2 present  see presence.lua
-- ARGV  1 channel  where it is told
--       2 event    what is told, as JSON
--       3 every_ms how often he may
--       4 crowd    where more are there, it is not told
-- Returns  1: told; 0: not
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[3]) then return 0 end
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[4]) then return 0 end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
