-- read.lua: what a room's replay list holds, and what the newest id is, at one moment.
--
-- KEYS  1 head   hash: epoch, seq, run
--       2 log    list: the newest messages as JSON, oldest first
-- ARGV  1 epoch, 2 seq: what the worker has already
-- Returns  {epoch, seq, message...}; {"0", "0"} for a room in which nothing was ever said;
--          {epoch, seq} alone when the worker is up to date
local epoch, seq = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'seq'))
if not epoch then
  return {'0', '0'}
end
if epoch == ARGV[1] and seq == ARGV[2] then
  return {epoch, seq}
end
local reply = redis.call('LRANGE', KEYS[2], 0, -1)
table.insert(reply, 1, seq)
table.insert(reply, 1, epoch)
return reply
