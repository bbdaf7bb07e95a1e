-- session_create.lua: a new visitor, or one who has signed in.
--
-- KEYS  1 session   hash: name, began (ms), created_at; of an account also account, since, seen (ms), device
--       2 sessions  sorted set: the account's sessions by when they began       (2 and 3: an account's only)
--       3 since     the newest password_changed_at whose older sessions were ended
-- ARGV  1 idle_s      how long it lives from now
--       2 name        display name
--       3 created_at  RFC 3339
--       4 hash        as in the name of KEYS[1]                                 (4 to 8: an account's only)
--       5 account     its id
--       6 since       password_changed_at, as it was when the password was found right
--       7 device      the User-Agent
--       8 absolute_s  how long the list is kept
-- Returns  {name, account's id or "0"}; or nil when the password was changed meanwhile
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

if #KEYS > 1 then
  local since = redis.call('GET', KEYS[3])
  if since and tonumber(since) > tonumber(ARGV[6]) then return nil end
  redis.call('HSET', KEYS[1], 'account', ARGV[5], 'since', ARGV[6], 'seen', now, 'device', ARGV[7])
  redis.call('ZADD', KEYS[2], now, ARGV[4])
  redis.call('EXPIRE', KEYS[2], ARGV[8])
end
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'began', now, 'created_at', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return {ARGV[2], ARGV[5] or '0'}
