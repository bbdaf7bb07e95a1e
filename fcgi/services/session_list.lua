-- session_list.lua: the sessions of an account.
--
-- KEYS  1 sessions  sorted set, see session_create.lua
-- ARGV  1 prefix    what stands before the hash in the name of a session
-- Returns  {hash, began, seen, device, hash, ...}, the newest first
local reply = {}

for _, hash in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, -1)) do
  local began, seen, device = unpack(redis.call('HMGET', ARGV[1] .. hash, 'began', 'seen', 'device'))
  if began then
    for _, value in ipairs({hash, began, seen or began, device or ''}) do
      table.insert(reply, value)
    end
  else
    redis.call('ZREM', KEYS[1], hash)
  end
end
return reply
