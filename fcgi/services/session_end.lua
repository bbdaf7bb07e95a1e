-- session_end.lua: a session ends, or those of an account do, and everybody who holds something for them is told.
--
-- KEYS  1 sessions  sorted set: the account's sessions; there need not be any
--       2 since     see session_create.lua
-- ARGV  1 only      the hash of the one that ends; or its beginning, then it must be one of the account's; or '': all
--       2 keep      a hash that does not end, or ''
--       3 since     '' or a password_changed_at: only those that began with an older one end, and none of them
--                   begins any more
--       4 channel   where it is told
--       5 prefix    what stands before the hash in the name of a session
-- Returns  how many there were
local only, keep, since = ARGV[1], ARGV[2], tonumber(ARGV[3])
local hashes = #only == 64 and {only} or redis.call('ZRANGE', KEYS[1], 0, -1)
local ended = 0

if since then
  local known = tonumber(redis.call('GET', KEYS[2]) or 0)
  -- Nobody takes longer than a day to sign in.
  redis.call('SET', KEYS[2], string.format('%.0f', math.max(known, since)), 'EX', 86400)
end
for _, hash in ipairs(hashes) do
  local key = ARGV[5] .. hash
  local is_meant = hash:sub(1, #only) == only and hash ~= keep
  if is_meant and since then
    is_meant = tonumber(redis.call('HGET', key, 'since') or 0) < since
  end
  if is_meant then
    redis.call('ZREM', KEYS[1], hash)
    ended = ended + redis.call('DEL', key)
    redis.call('PUBLISH', ARGV[4], 'ended:' .. hash)
  end
end
return ended
