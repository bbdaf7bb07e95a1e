-- session_find.lua: whose session is this? Being asked for prolongs it.
--
-- KEYS  1 session  hash: name, created_at
-- ARGV  1 keep_s   how long it lives from now
-- Returns  name, or nil when there is none
local name = redis.call('HGET', KEYS[1], 'name')
if name then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return name
