-- shop.lua: what is left of each product, what is in whose cart, and what is being ordered: one step, or not at all.
--
-- True before and after each step, of each product:
--
--     on the shelf + in carts + in parcels = product.remaining, as SQL had it at the last 'build',
--                                            less the parcels that were ordered since
--
-- KEYS  1 state    hash: generation, run: of the last 'build'
--       2 shelf    hash: sku -> how many are left.  Below nothing: that many too many are in carts
--       3 changed  hash: sku -> seq of its last change
--       4 leases   sorted set: "session sku" by when it goes back to the shelf (ms, by Redis's clock)
--       5 parcels  hash: client_key -> "parcel session packed_at sku=quantity..."
--       6 head     hash: epoch, seq, run: of the feed, as every feed has it
--       7 log      list: its newest events as JSON, oldest first
-- ARGV  1 run      the run id of this Redis process, as the worker knows it
--       2 prefix   what stands before "cart:" and "told:" in
--                  cart:SESSION   hash: sku -> "quantity until"
--                  told:SESSION   hash: sku -> the cursor of what was last answered
--       3 channel  of the feed
--       4 replay   how many events the log keeps
--       5 verb, 6… its own; see each
-- Returns  {"build", generation}: 'state' is gone, or of another process, which may have lost what was written last: SQL
--          has to be asked before anything is given out.  Else as each verb says.
local STATE, SHELF, CHANGED, LEASES, PARCELS, HEAD, LOG = unpack(KEYS)
local run, prefix, channel, replay, verb = unpack(ARGV, 1, 5)

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local generation, known_run = unpack(redis.call('HMGET', STATE, 'generation', 'run'))
local epoch, seq = unpack(redis.call('HMGET', HEAD, 'epoch', 'seq'))
local events = {}

local is_for_builders = verb == 'parcels' or verb == 'settle' or verb == 'build'
if not is_for_builders and (known_run ~= run or not epoch) then return {'build', generation or '0'} end

local function whole(number) return string.format('%.0f', number) end

-- --- the shelf ------------------------------------------------------------------------------------------------------

local function shown(count) return whole(math.max(0, count)) end

local function tell(sku, count)
  local prev = seq
  seq = whole(tonumber(seq) + 1)
  redis.call('HSET', CHANGED, sku, seq)
  events[#events + 1] = '{"id":"' .. epoch .. '-' .. seq .. '","prev":' .. prev .. ',"sku":"' .. sku ..
    '","available":' .. shown(count) .. '}'
end

local function put(sku, count) tell(sku, redis.call('HINCRBY', SHELF, sku, count)) end

local function publish()
  if #events == 0 then return end
  redis.call('HSET', HEAD, 'seq', seq)
  redis.call('RPUSH', LOG, unpack(events))
  redis.call('LTRIM', LOG, -tonumber(replay), -1)
  for i = 1, #events do redis.call('PUBLISH', channel, events[i]) end
end

-- --- carts ----------------------------------------------------------------------------------------------------------

local function cart_of(session) return prefix .. 'cart:' .. session end

local function parse(line)
  local quantity, ends = string.match(line or '', '^(%d+) (%d+)$')
  return tonumber(quantity) or 0, tonumber(ends) or 0
end

local function drop(session, sku)
  redis.call('HDEL', cart_of(session), sku)
  redis.call('ZREM', LEASES, session .. ' ' .. sku)
end

-- How many of it are in the cart; what is not any more goes back first.
local function in_cart(session, sku)
  local quantity, ends = parse(redis.call('HGET', cart_of(session), sku))
  if quantity == 0 or ends > now then return quantity, ends end
  drop(session, sku)
  put(sku, quantity)
  return 0, 0
end

local function keep(session, sku, quantity, ends)
  redis.call('HSET', cart_of(session), sku, whole(quantity) .. ' ' .. whole(ends))
  redis.call('ZADD', LEASES, whole(ends), session .. ' ' .. sku)
end

local function add(session, sku, wanted, lease_ms)
  local left = tonumber(redis.call('HGET', SHELF, sku))
  local have = in_cart(session, sku)
  local missing = wanted - have
  if not left then return 'unknown' end
  if missing <= 0 then return 'ok' end
  if tonumber(redis.call('HGET', SHELF, sku)) < missing then return 'sold-out' end
  keep(session, sku, wanted, now + lease_ms)
  put(sku, -missing)
  return 'ok'
end

local function remove(session, sku, wanted)
  local have, ends = in_cart(session, sku)
  if have <= wanted then return 'ok' end
  if wanted == 0 then drop(session, sku) else keep(session, sku, wanted, ends) end
  put(sku, have - wanted)
  return 'ok'
end

-- What was last answered to this session about the product is remembered; "old" when it is still so.
local function remember(session, sku, remember_s)
  local key = prefix .. 'told:' .. session
  local told_epoch, told_seq = string.match(redis.call('HGET', key, sku) or '', '^(%x+)-(%d+)$')
  local last = tonumber(redis.call('HGET', CHANGED, sku) or 0)
  local is_old = told_epoch == epoch and last <= tonumber(told_seq)
  if not is_old then redis.call('HSET', key, sku, epoch .. '-' .. seq) end
  redis.call('EXPIRE', key, remember_s)
  return is_old and 'old' or 'ok'
end

-- {sku, quantity, how long it is kept (ms), ...}
local function contents(session)
  local lines, found = {}, redis.call('HGETALL', cart_of(session))
  for i = 1, #found, 2 do
    local quantity, ends = parse(found[i + 1])
    if ends > now then
      lines[#lines + 1] = found[i]
      lines[#lines + 1] = whole(quantity)
      lines[#lines + 1] = whole(ends - now)
    end
  end
  return lines
end

-- --- parcels: what left a cart and is not an order yet --------------------------------------------------------------

local function unpack_parcel(text)
  local parcel, session, at, lines = string.match(text or '', '^(%x+) (%S+) (%d+) (.+)$')
  return parcel, session, lines, tonumber(at)
end

local function each_line(lines, fn)
  for sku, quantity in string.gmatch(lines or '', '(%S+)=(%d+)') do fn(sku, tonumber(quantity)) end
end

-- --- the verbs ------------------------------------------------------------------------------------------------------

local verbs = {}

-- Some askers at once.  They all see what is there when all have been served.
-- ARGV  6 lease_ms, 7 remember_s, then of each: what (look, tell, add, remove), session or '', sku, quantity
-- Returns  {"ok", cursor, {sku, left, seq of its last change, ...}, {outcome, cart...}, ...}
function verbs.ask()
  local outcomes = {}
  for i = 8, #ARGV, 4 do
    local what, session, sku, quantity = unpack(ARGV, i, i + 3)
    if what == 'add' then outcomes[i] = add(session, sku, tonumber(quantity), tonumber(ARGV[6])) end
    if what == 'remove' then outcomes[i] = remove(session, sku, tonumber(quantity)) end
  end
  publish()
  local shelf, changed = redis.call('HGETALL', SHELF), redis.call('HGETALL', CHANGED)
  local last, counts = {}, {}
  for i = 1, #changed, 2 do last[changed[i]] = changed[i + 1] end
  for i = 1, #shelf, 2 do
    counts[#counts + 1] = shelf[i]
    counts[#counts + 1] = shown(tonumber(shelf[i + 1]))
    counts[#counts + 1] = last[shelf[i]] or '0'
  end
  local reply = {'ok', epoch .. '-' .. seq, counts}
  for i = 8, #ARGV, 4 do
    local what, session, sku = unpack(ARGV, i, i + 2)
    if what == 'tell' then outcomes[i] = remember(session, sku, ARGV[7]) end
    local answer = session ~= '' and contents(session) or {}
    table.insert(answer, 1, outcomes[i] or 'ok')
    reply[#reply + 1] = answer
  end
  return reply
end

-- What nobody came for goes back to the shelf, at most ARGV[6] lines; and which parcels were packed before the last
-- ARGV[7] ms and are still there.
-- Returns  {"ok", generation, client_key, parcel as it stands in the hash, ...}
function verbs.sweep()
  local due = redis.call('ZRANGEBYSCORE', LEASES, '-inf', whole(now), 'LIMIT', 0, ARGV[6])
  for _, member in ipairs(due) do
    local session, sku = string.match(member, '^(%S+) (%S+)$')
    redis.call('ZREM', LEASES, member)
    if session then in_cart(session, sku) end
  end
  publish()
  local reply, parcels = {'ok', generation}, redis.call('HGETALL', PARCELS)
  for i = 1, #parcels, 2 do
    local _, _, _, at = unpack_parcel(parcels[i + 1])
    if not at or at <= now - tonumber(ARGV[7]) then
      reply[#reply + 1] = parcels[i]
      reply[#reply + 1] = parcels[i + 1]
    end
  end
  return reply
end

-- A cart becomes a parcel.
-- ARGV  6 client_key, 7 session, 8 parcel: a random name for it
-- Returns  {"ok", generation, the parcel as it stands in the hash}, also if it was packed before; {"empty"}; {"reused"}
function verbs.pack()
  local key, session = ARGV[6], ARGV[7]
  local before = redis.call('HGET', PARCELS, key)
  if before then
    local _, whose = unpack_parcel(before)
    if whose ~= session then return {'reused'} end
    return {'ok', generation, before}
  end
  local lines, found = {}, redis.call('HKEYS', cart_of(session))
  table.sort(found)
  for _, sku in ipairs(found) do
    local quantity = in_cart(session, sku)
    if quantity > 0 then
      lines[#lines + 1] = sku .. '=' .. whole(quantity)
      drop(session, sku)
    end
  end
  publish()
  if #lines == 0 then return {'empty'} end
  local text = table.concat({ARGV[8], session, whole(now), table.concat(lines, ' ')}, ' ')
  redis.call('HSET', PARCELS, key, text)
  return {'ok', generation, text}
end

local function take_parcel(key, name)
  local parcel, _, lines = unpack_parcel(redis.call('HGET', PARCELS, key))
  if not parcel or parcel ~= name then return nil end
  redis.call('HDEL', PARCELS, key)
  return lines
end

-- They are in SQL, whatever 'state' says.
-- ARGV  6… client_key and parcel of each
-- Returns  {"ok"}
function verbs.settle()
  for i = 6, #ARGV, 2 do take_parcel(ARGV[i], ARGV[i + 1]) end
  return {'ok'}
end

-- It will not be: what is in it goes back to the shelf.
-- ARGV  6 client_key, 7 parcel
-- Returns  {"ok"}
function verbs.undo()
  each_line(take_parcel(ARGV[6], ARGV[7]), put)
  publish()
  return {'ok'}
end

-- All parcels there are, whatever 'state' says.
-- Returns  {"ok", client_key, parcel as it stands in the hash, ...}
function verbs.parcels()
  local reply = redis.call('HGETALL', PARCELS)
  table.insert(reply, 1, 'ok')
  return reply
end

-- The shelf anew, from what SQL says of a generation that Redis does not have yet.  Parcels that are orders by then have
-- been settled.
-- ARGV  6 generation, 7 epoch for the head if it has to be made, 8 what seq jumps by after a restart,
--       9… of each product: sku, remaining
-- Returns  {"ok"}
function verbs.build()
  if known_run == run and epoch and tonumber(generation) >= tonumber(ARGV[6]) then return {'ok'} end
  local before = {}
  if not epoch then
    epoch, seq = ARGV[7], '0'
    redis.call('DEL', LOG, CHANGED)
  elseif redis.call('HGET', HEAD, 'run') == run then
    local shelf = redis.call('HGETALL', SHELF)
    for i = 1, #shelf, 2 do before[shelf[i]] = tonumber(shelf[i + 1]) end
  else -- what readers were told last may be lost, so all of it is told again
    seq = whole(tonumber(seq) + tonumber(ARGV[8])) -- see append.lua
  end
  local remaining = {}
  for i = 9, #ARGV, 2 do remaining[ARGV[i]] = tonumber(ARGV[i + 1]) end

  local function take(sku, quantity)
    if remaining[sku] then remaining[sku] = remaining[sku] - quantity end
  end
  local parcels = redis.call('HGETALL', PARCELS)
  for i = 1, #parcels, 2 do
    local parcel, _, lines = unpack_parcel(parcels[i + 1])
    if parcel then each_line(lines, take) else redis.call('HDEL', PARCELS, parcels[i]) end
  end
  for _, member in ipairs(redis.call('ZRANGE', LEASES, 0, -1)) do
    local session, sku = string.match(member, '^(%S+) (%S+)$')
    local quantity = session and parse(redis.call('HGET', cart_of(session), sku)) or 0
    if quantity > 0 and remaining[sku] then take(sku, quantity)
    elseif session then drop(session, sku)
    else redis.call('ZREM', LEASES, member) end
  end
  redis.call('DEL', SHELF)
  local skus = {}
  for sku in pairs(remaining) do skus[#skus + 1] = sku end
  table.sort(skus)
  for _, sku in ipairs(skus) do
    redis.call('HSET', SHELF, sku, whole(remaining[sku]))
    if before[sku] ~= remaining[sku] then tell(sku, remaining[sku]) end
  end
  redis.call('HSET', HEAD, 'epoch', epoch, 'seq', seq, 'run', run)
  publish()
  redis.call('HSET', STATE, 'generation', ARGV[6], 'run', run)
  return {'ok'}
end

return verbs[verb]()
