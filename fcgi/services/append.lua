-- append.lua: give a message its place in its room, store it, tell everybody: one step, or not at all.
--
-- KEYS  1 head   hash: epoch, seq, run
--       2 log    list: the newest messages as JSON, oldest first
--       3 sent   string: "<fingerprint> <message>" of an earlier post under the same key
-- ARGV  1 members      the message's JSON members but id and prev, without braces
--       2 fingerprint  of what was said, to tell a repetition from another message
--       3 remember_s   how long the result is kept for a repetition
--       4 replay       how many messages the log keeps
--       5 channel      where to publish
--       6 epoch        for the head, if it has to be made
--       7 run          the run id of this Redis process, as the worker knows it
--       8 leap         what seq jumps by after a restart
-- Returns  {"new", id} | {"repeated", message} | {"reused"}
--
-- seq counts up by one. After a restart of Redis (run differs) it leaps instead: the crash may have taken the newest
-- messages with it, and their ids, which readers have seen, must not be given to others.
local head, log, sent = KEYS[1], KEYS[2], KEYS[3]

local before = redis.call('GET', sent)
if before then
  local mark = #ARGV[2]
  if string.sub(before, 1, mark) == ARGV[2] then
    return {'repeated', string.sub(before, mark + 2)}
  end
  return {'reused'}
end

local epoch, prev, run = unpack(redis.call('HMGET', head, 'epoch', 'seq', 'run'))
local step = 1
if not epoch then
  epoch, prev = ARGV[6], '0'
  redis.call('DEL', log) -- of an epoch whose head is lost
elseif run ~= ARGV[7] then
  step = tonumber(ARGV[8])
end
local seq = string.format('%.0f', tonumber(prev) + step)
local id = epoch .. '-' .. seq
local message = '{"id":"' .. id .. '","prev":' .. prev .. ',' .. ARGV[1] .. '}'

-- The list first: where something else stands under its name, nothing has been counted yet.
redis.call('RPUSH', log, message)
redis.call('LTRIM', log, -tonumber(ARGV[4]), -1)
redis.call('HSET', head, 'epoch', epoch, 'seq', seq, 'run', ARGV[7])
redis.call('SET', sent, ARGV[2] .. ' ' .. message, 'EX', ARGV[3])
redis.call('PUBLISH', ARGV[5], message)
return {'new', id}
