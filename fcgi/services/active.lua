-- active.lua: public rooms that were spoken in, so that they can be found.
--
-- KEYS  1 active  sorted set: rooms by when that was
-- ARGV  1 now (ms), 2 how many are kept, 3… rooms
-- Returns  how many there are
local members = {}
for i = 3, #ARGV do
  members[#members + 1] = ARGV[1]
  members[#members + 1] = ARGV[i]
end
redis.call('ZADD', KEYS[1], 'GT', unpack(members))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[2]) - 1)
return redis.call('ZCARD', KEYS[1])
