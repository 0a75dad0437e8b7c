-- Note that a branch was swept, and since when there was no outage of the sweeps.
--
-- KEYS[1] config hash
-- ARGV[1] now in ms   ARGV[2] a longer pause between two sweeps (ms) is an outage
-- Gives {'done', since} or {'gone'} if there is no such branch

local config = KEYS[1]
local now, longest_pause_ms = ARGV[1], ARGV[2]

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local last = tonumber(redis.call('HGET', config, 'swept_at') or 0)
local since = redis.call('HGET', config, 'resumed_at')
if not since or tonumber(now) - last > tonumber(longest_pause_ms) then since = now end
redis.call('HSET', config, 'swept_at', now, 'resumed_at', since)
return {'done', since}
