-- append.lua: give messages their places in their room, store them, tell everybody: one step, or not at all.
--
-- Several posts that came together: each is judged by itself, and what is written is written once for all.
--
-- KEYS  1 head   hash: epoch, seq, run
--       2 log    list: the newest messages as JSON, oldest first
--       3… sent  string, one for each post: "<fingerprint> <message>" of an earlier post under the same key
-- ARGV  1 remember_s   how long a result is kept for a repetition
--       2 replay       how many messages the log keeps
--       3 channel      where to publish
--       4 epoch        for the head, if it has to be made
--       5 run          the run id of this Redis process, as the worker knows it
--       6 leap         what seq jumps by after a restart
--       7 members      of the first post: the message's JSON members but id and prev, without braces
--       8 fingerprint  of what was said, to tell a repetition from another message
--       9… the same of the next post
-- Returns, for each post,  {"new", id} | {"repeated", message} | {"reused"} | {"failed"}
--
-- seq counts up by one. After a restart of Redis (run differs) it leaps instead: the crash may have taken the newest
-- messages with it, and their ids, which readers have seen, must not be given to others.
local head, log = KEYS[1], KEYS[2]

local epoch, seq, run = unpack(redis.call('HMGET', head, 'epoch', 'seq', 'run'))
local step = 1
local is_begun = epoch
if not epoch then
  epoch, seq = ARGV[4], '0'
elseif run ~= ARGV[5] then
  step = tonumber(ARGV[6])
end

local results, messages, results_under = {}, {}, {}

local function is_same(fingerprint, value)
  return string.sub(value, 1, #fingerprint) == fingerprint
end

local function add(sent, members, fingerprint)
  local prev = seq
  seq = string.format('%.0f', tonumber(prev) + step)
  step = 1
  local id = epoch .. '-' .. seq
  local message = '{"id":"' .. id .. '","prev":' .. prev .. ',' .. members .. '}'
  messages[#messages + 1] = message
  results_under[sent] = fingerprint .. ' ' .. message
  return {'new', id}
end

local function judge(sent, members, fingerprint)
  local before = results_under[sent] or redis.pcall('GET', sent)
  if not before then return add(sent, members, fingerprint) end
  if type(before) ~= 'string' then return {'failed'} end -- something else stands under that name
  if not is_same(fingerprint, before) then return {'reused'} end
  return {'repeated', string.sub(before, #fingerprint + 2)}
end

for i = 3, #KEYS do
  results[#results + 1] = judge(KEYS[i], ARGV[2 * i + 1], ARGV[2 * i + 2])
end
if #messages == 0 then return results end

if not is_begun then redis.call('DEL', log) end -- of an epoch whose head is lost
-- The list first: where something else stands under its name, nothing has been counted yet.
redis.call('RPUSH', log, unpack(messages))
redis.call('LTRIM', log, -tonumber(ARGV[2]), -1)
redis.call('HSET', head, 'epoch', epoch, 'seq', seq, 'run', ARGV[5])
for sent, result in pairs(results_under) do redis.call('SET', sent, result, 'EX', ARGV[1]) end
for i = 1, #messages do redis.call('PUBLISH', ARGV[3], messages[i]) end
return results
