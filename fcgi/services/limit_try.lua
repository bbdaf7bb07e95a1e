-- limit_try.lua: may somebody try once more? One step: either all that it counts against have room, and each is
-- charged, or nothing is.
--
-- A key holds the moment (ms, by Redis's clock) at which its budget will be whole again. Each attempt moves it on by
-- 'every' ms, and it may be at most 'burst' attempts ahead of now. What is refused moves nothing, so who keeps knocking
-- does not make it worse.
--
-- KEYS  1 address   what this address has tried
--       2 account   what strangers have tried on this account           (2 to 4: all of them, or none)
--       3 pair      what this address has tried on this account
--       4 known     there when the address has signed in to the account before
-- ARGV  1, 2        burst and every_ms of address
--       3, 4        of account
--       5, 6        of pair, for a stranger
--       7, 8        of pair, for who is known: the only one that counts then
-- Returns  0, or how many ms to wait
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local budgets = {}
local wait = 0

-- Something else may stand under that name: as good as nothing.
local function read(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and tonumber(value) or 0
end

local function look_at(key, i)
  local burst, every = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  -- Not further ahead than it can get, should the clock have been set back.
  local whole = math.min(math.max(read(key), now), now + burst * every) + every
  budgets[#budgets + 1] = {key, whole}
  wait = math.max(wait, whole - burst * every - now)
end

if #KEYS == 1 then
  look_at(KEYS[1], 1)
elseif redis.call('EXISTS', KEYS[4]) == 1 then
  look_at(KEYS[3], 7)
else
  look_at(KEYS[1], 1)
  look_at(KEYS[2], 3)
  look_at(KEYS[3], 5)
end
if wait > 0 then return wait end
for _, budget in ipairs(budgets) do
  redis.call('SET', budget[1], string.format('%.0f', budget[2]), 'PX', string.format('%.0f', budget[2] - now))
end
return 0
