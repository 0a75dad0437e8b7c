-- Change a letter that waits, if it is still as it was read, and count how it ended.
--
-- KEYS[1] letters hash   KEYS[2] totals hash
-- ARGV[1] its id   ARGV[2] as it was read   ARGV[3] as it will be, '' to remove it
-- ARGV[4] the field of the totals, '' for none
-- Gives 1, or 0 if it has changed

local letters, totals = KEYS[1], KEYS[2]
local id, before, after, field = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('HGET', letters, id) ~= before then return 0 end
if after == '' then
  redis.call('HDEL', letters, id)
else
  redis.call('HSET', letters, id, after)
end
if field ~= '' then redis.call('HINCRBY', totals, field, 1) end
return 1
