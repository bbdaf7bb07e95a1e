-- session_find.lua: whose session is this? Being asked for prolongs it, but not beyond its absolute end.
--
-- KEYS  1 session     hash, see session_create.lua
-- ARGV  1 idle_s      how long it lives from now
--       2 absolute_s  how long since it began, at most
-- Returns  {name, account's id or "0"}, or nil when there is none
local name, began, account = unpack(redis.call('HMGET', KEYS[1], 'name', 'began', 'account'))
if not name then return nil end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local left = tonumber(ARGV[2]) - math.floor((now - (tonumber(began) or now)) / 1000)
if left <= 0 then
  redis.call('DEL', KEYS[1])
  return nil
end
redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), left))
if account then redis.call('HSET', KEYS[1], 'seen', now) end
return {name, account or '0'}
