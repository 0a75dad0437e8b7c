-- Something about the branch itself: the day was closed, it opened or closed.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] idempotency key (string)
-- ARGV[1] field of the config hash to set   ARGV[2] its value, '@now' for the time
-- ARGV[3] event name   ARGV[4] its data with @now   ARGV[5] now, '' for the clock   ARGV[6] fingerprint
-- Gives {'done', now} {'replayed', now} {'reused'} {'same', now} when the field has that value
--       {'gone'} where there is no such branch

local earlier = remembered(KEYS[3], ARGV[6])
if earlier then return earlier end
if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return {'gone'} end
local now = whole(clock(ARGV[5]))
local value = ARGV[2] == '@now' and now or ARGV[2]
if redis.call('HGET', KEYS[1], ARGV[1]) == value then return {'same', now} end
redis.call('HSET', KEYS[1], ARGV[1], value)
tell(KEYS[2], ARGV[3], filled(ARGV[4], {now = now}))
remember(KEYS[3], ARGV[6], now)
return {'done', now}
