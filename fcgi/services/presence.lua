-- presence.lua: who comes to a room, stays, is called something else, or leaves, as one process sees it; and who was not
-- heard of for too long has left.
--
-- Many changes that came together. Somebody is there once, however many processes hold something of his: his coming is
-- told when the first does, his leaving when the last does not any more.
--
-- KEYS  1 present  sorted set: person, by when his lease ends (ms)
--       2 who      hash: person -> name
--       3 pace     hash: seen      when this script ran for the room (ms)
--                        patient   until then nobody is swept, and who is missing is put back without a word
--                        told      when a count was told
--                        owed      1: changes were told nobody yet
--                        second    since when 'events' are counted
--                        events    told one by one since then
--       4… at      hash, one for each change: holder -> when its lease ends, of that person
-- ARGV  1 channel  where it is told
--       2 holder   names the process
--       3 lease_ms
--       4 crowd    where more are there, or more changes come in a second, a count is told, at most once a second,
--       5 sample   with so many of them
--       6… what ("enter", "renew", "rename" or "leave"), person, name; of the next change
-- Returns  after how many ms this is to be run again, as a count is owed; 0: none is
--
-- Nobody ran this for half a lease: Redis was away, or its memory is lost, or the room is new. Then those who are held
-- somewhere are given another half to be heard of. So neither sends anybody away, and coming back is no news.
local present, who, pace = KEYS[1], KEYS[2], KEYS[3]
local channel, holder, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])
local crowd, sample = tonumber(ARGV[4]), tonumber(ARGV[5])
local CHANGE, FIRST_KEY, FIRST_WORD, SECOND, SWEPT = 3, 4, 6, 1000, 200

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local before = redis.call('HMGET', pace, 'seen', 'patient', 'told', 'owed', 'second', 'events')
local seen, patient = tonumber(before[1] or 0), tonumber(before[2] or 0)
local told, is_owed = tonumber(before[3] or 0), before[4]
local second, told_singly = tonumber(before[5] or 0), tonumber(before[6] or 0)
local count = redis.call('ZCARD', present)
local is_crowd = count > crowd
local events = {}

-- The clock may have been set back.
local function is_past(ms, since) return now - since >= ms or now < since end

if is_past(lease / 2, seen) then patient = now + lease / 2 end
local is_patient = now < patient

local function tell(what, person, name, more)
  is_crowd = is_crowd or count > crowd
  if #events <= crowd then
    events[#events + 1] = '{"event":"' .. what .. '","person":"' .. person .. '","name":' .. cjson.encode(name)
                          .. (more or '') .. ',"count":' .. count .. '}'
  end
end

-- When the last lease ends with which others hold him; 0: nobody does. What has run out is removed.
local function held_until(at)
  local holders, last = redis.call('HGETALL', at), 0
  for i = 1, #holders, 2 do
    local ends = tonumber(holders[i + 1])
    if ends <= now then
      redis.call('HDEL', at, holders[i])
    elseif ends > last then
      last = ends
    end
  end
  return last
end

local function remove(person)
  if redis.call('ZREM', present, person) == 0 then return end
  local name = redis.call('HGET', who, person) or person
  redis.call('HDEL', who, person)
  count = count - 1
  tell('leave', person, name)
end

local function rename(person, name)
  local was = redis.call('HGET', who, person)
  if was == name then return end
  redis.call('HSET', who, person, name)
  tell('rename', person, name, ',"was":' .. cjson.encode(was or name))
end

local function hold(what, at, person, name)
  if redis.call('HSET', at, holder, now + lease) == 1 then held_until(at) end
  redis.call('PEXPIRE', at, lease)
  if redis.call('ZADD', present, now + lease, person) == 1 then
    redis.call('HSET', who, person, name)
    count = count + 1
    if what == 'enter' or not is_patient then tell('join', person, name) end
  elseif what == 'rename' then
    rename(person, name)
  end
end

local function leave(at, person)
  redis.call('HDEL', at, holder)
  local ends = held_until(at)
  if ends > 0 then
    redis.call('ZADD', present, 'XX', ends, person)
  else
    remove(person)
  end
end

for i = FIRST_KEY, #KEYS do
  local word = FIRST_WORD + (i - FIRST_KEY) * CHANGE
  if ARGV[word] == 'leave' then
    leave(KEYS[i], ARGV[word + 1])
  else
    hold(ARGV[word], KEYS[i], ARGV[word + 1], ARGV[word + 2])
  end
end
if not is_patient then
  for _, person in ipairs(redis.call('ZRANGEBYSCORE', present, '-inf', now, 'LIMIT', 0, SWEPT)) do remove(person) end
end

local function people()
  local ids, texts = redis.call('ZREVRANGE', present, 0, sample - 1), {}
  if #ids == 0 then return '[]' end
  local names = redis.call('HMGET', who, unpack(ids))
  for i, person in ipairs(ids) do
    texts[i] = '{"person":"' .. person .. '","name":' .. cjson.encode(names[i] or person) .. '}'
  end
  return '[' .. table.concat(texts, ',') .. ']'
end

local wait = 0
if is_past(SECOND, second) then second, told_singly = now, 0 end
if is_owed or (#events > 0 and (is_crowd or told_singly + #events > crowd)) then
  if is_past(SECOND, told) then
    redis.call('PUBLISH', channel, '{"event":"count","count":' .. count .. ',"sample":' .. people() .. '}')
    told, is_owed = now, false
  else
    wait, is_owed = told + SECOND - now, '1'
  end
else
  for _, event in ipairs(events) do redis.call('PUBLISH', channel, event) end
  told_singly = told_singly + #events
end

redis.call('HSET', pace, 'seen', now, 'patient', patient, 'told', told, 'second', second, 'events', told_singly)
if is_owed then redis.call('HSET', pace, 'owed', '1') else redis.call('HDEL', pace, 'owed') end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], 2 * lease) end
return wait
