-- present.lua: who is in a room.
--
-- KEYS  1 present  see presence.lua, like the next two
--       2 who
--       3 pace
-- ARGV  1 limit    how many are named
-- Returns  {how many are there, person, name, person, name, …}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local patient = tonumber(redis.call('HGET', KEYS[3], 'patient') or 0)
-- Whose lease has run out is there while it may be that nobody could renew it.
local first = now < patient and '-inf' or '(' .. string.format('%.0f', now)
local people = redis.call('ZRANGEBYSCORE', KEYS[1], first, '+inf', 'LIMIT', 0, ARGV[1])
local result = {redis.call('ZCOUNT', KEYS[1], first, '+inf')}
if #people == 0 then return result end
local names = redis.call('HMGET', KEYS[2], unpack(people))
for i, person in ipairs(people) do
  result[#result + 1] = person
  result[#result + 1] = names[i] or person
end
return result
