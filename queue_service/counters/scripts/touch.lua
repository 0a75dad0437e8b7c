-- Note that the pages of these counters are alive.
--
-- KEYS[1] config hash   KEYS[2] last seen hash
-- ARGV[1] now in ms   ARGV[2...] counters
-- Gives {'done'} or {'gone'} if there is no such branch

local config, counters_last_seen = KEYS[1], KEYS[2]
local now = ARGV[1]

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
for i = 2, #ARGV do redis.call('HSET', counters_last_seen, ARGV[i], now) end
return {'done'}
