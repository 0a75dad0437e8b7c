-- Note that a branch was looked after, and since when that has happened without an outage.
--
-- KEYS[1] config hash
-- ARGV[1] now in ms   ARGV[2] a longer pause between two sweeps (ms) is an outage
-- Gives {'done', since} or {'gone'} where there is no such branch

if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return {'gone'} end
local last = tonumber(redis.call('HGET', KEYS[1], 'swept_at') or 0)
local since = redis.call('HGET', KEYS[1], 'resumed_at')
if not since or tonumber(ARGV[1]) - last > tonumber(ARGV[2]) then since = ARGV[1] end
redis.call('HSET', KEYS[1], 'swept_at', ARGV[1], 'resumed_at', since)
return {'done', since}
