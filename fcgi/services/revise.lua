-- revise.lua: edit or delete a message: check that this may be done, replace it, tell everybody: one step, or not at all.
--
-- The edit or deletion is a message of its own at the end of the log. Of what it changes nothing old stays: the earlier
-- message is replaced, an earlier edit of it has no text any more, and so have their results for a repetition.
-- (Where the client sent no client_id, the result has a name that nobody asks for again: it stays until it is forgotten,
-- after remember_s.)
--
-- KEYS  1 head   hash: epoch, seq, run
--       2 log    list: the newest messages as JSON, oldest first
--       3 sent   string: "<fingerprint> <message>" of an earlier post under the same key
-- ARGV  1 remember_s   how long a result is kept for a repetition
--       2 replay       how many messages the log keeps
--       3 channel      where to publish
--       4 run          the run id of this Redis process, as the worker knows it
--       5 leap         what seq jumps by after a restart (see append.lua)
--       6 members      of the edit or deletion: its JSON members but id and prev, without braces
--       7 fingerprint  of what is asked, to tell a repetition from something else
--       8 cutoff       an edit is too late of what was sent before (sent_at); "": it never is
--       9 moderates    "1": may be done to what others said
--      10 sent_prefix  of the keys of results
-- Returns  {"new", id} | {"repeated", message} | {"reused"} | {"missing"} | {"not-yours"} | {"deleted"} | {"too-late"} | {"failed"}
local head, log, sent = KEYS[1], KEYS[2], KEYS[3]
local members, fingerprint, cutoff, sent_prefix = ARGV[6], ARGV[7], ARGV[8], ARGV[10]
local later = cjson.decode('{' .. members .. '}')

local before = redis.pcall('GET', sent)
if before then
  if type(before) ~= 'string' then return {'failed'} end -- something else stands under that name
  if string.sub(before, 1, #fingerprint) ~= fingerprint then return {'reused'} end
  return {'repeated', string.sub(before, #fingerprint + 2)}
end

local epoch, seq, run = unpack(redis.call('HMGET', head, 'epoch', 'seq', 'run'))

-- Where in the log the message of that id stands, and what it says; nil when it is not there. The log is in order of seq.
local function find(id)
  local wanted_epoch, wanted_seq = string.match(id, '^(%x+)%-(%d+)$')
  if wanted_epoch ~= epoch then return nil end
  local low, high = 0, redis.call('LLEN', log) - 1
  while low <= high do
    local middle = math.floor((low + high) / 2)
    local json = redis.call('LINDEX', log, middle)
    local found = string.match(json, '^{"id":"%x+%-(%d+)"')
    if not found then return nil end
    if found == wanted_seq then
      local is_ours, message = pcall(cjson.decode, json)
      if is_ours then return middle, message end
      return nil
    elseif tonumber(found) < tonumber(wanted_seq) then
      low = middle + 1
    else
      high = middle - 1
    end
  end
  return nil
end

-- A message as append.lua writes it. A missing member is null; cjson would write a large prev as 1e+15.
local function write(message)
  local parts = {}
  local function add(name, json) parts[#parts + 1] = '"' .. name .. '":' .. json end
  local function add_text(name) add(name, cjson.encode(message[name])) end
  local function add_if(name) if type(message[name]) == 'string' then add_text(name) end end
  add_text('id')
  add('prev', string.format('%.0f', message.prev))
  add_text('room')
  add_text('author')
  add_text('by')
  add_if('kind')
  add_if('of')
  add_text('body')
  add_text('sent_at')
  add_if('edited_at')
  add_if('edit')
  add_if('deleted_at')
  add_text('client_id')
  return '{' .. table.concat(parts, ',') .. '}'
end

local function replace(place, message)
  local json = write(message)
  redis.call('LSET', log, place, json)
  if type(message.client_id) ~= 'string' then return end
  local key = sent_prefix .. message.client_id
  local result = redis.pcall('GET', key)
  if type(result) ~= 'string' then return end
  local id = '{"id":"' .. message.id .. '"'
  if string.sub(result, #fingerprint + 2, #fingerprint + 1 + #id) ~= id then return end
  redis.call('SET', key, string.sub(result, 1, #fingerprint + 1) .. json, 'KEEPTTL')
end

local place, earlier = find(later.of)
if not place or earlier.kind then return {'missing'} end
if earlier.by ~= later.by and ARGV[9] ~= '1' then return {'not-yours'} end
if earlier.deleted_at then return {'deleted'} end
if cutoff ~= '' and earlier.sent_at < cutoff then return {'too-late'} end

local prev = seq
seq = string.format('%.0f', tonumber(prev) + (run == ARGV[4] and 1 or tonumber(ARGV[5])))
local id = epoch .. '-' .. seq
local message = '{"id":"' .. id .. '","prev":' .. prev .. ',' .. members .. '}'

if earlier.edit then
  local edit_place, edit = find(earlier.edit)
  if edit_place then
    edit.body, edit.deleted_at = '', later.sent_at
    replace(edit_place, edit)
  end
end
earlier.body = later.body
if later.kind == 'edit' then
  earlier.edited_at, earlier.edit = later.sent_at, id
else
  earlier.edited_at, earlier.edit, earlier.deleted_at = nil, nil, later.sent_at
end
replace(place, earlier)
redis.call('RPUSH', log, message)
redis.call('LTRIM', log, -tonumber(ARGV[2]), -1)
redis.call('HSET', head, 'epoch', epoch, 'seq', seq, 'run', ARGV[4])
redis.call('SET', sent, fingerprint .. ' ' .. message, 'EX', ARGV[1])
redis.call('PUBLISH', ARGV[3], message)
return {'new', id}
