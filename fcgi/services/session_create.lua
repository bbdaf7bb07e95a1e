-- session_create.lua: a new visitor.
--
-- KEYS  1 session     hash: name, created_at
-- ARGV  1 keep_s      how long it lives from now
--       2 name        display name
--       3 created_at  RFC 3339
-- Returns  name
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'created_at', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return ARGV[2]
