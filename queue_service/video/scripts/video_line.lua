-- Count what became of the line between the two pages of a video counter.
--
-- KEYS[1] config hash   KEYS[2] totals hash   KEYS[3] idempotency key (string)
-- ARGV[1] field of the totals   ARGV[2] fingerprint, '' without an idempotency key
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'} where there is no such branch

local config, totals, idempotency_key = KEYS[1], KEYS[2], KEYS[3]
local field, fingerprint = ARGV[1], ARGV[2]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
redis.call('HINCRBY', totals, field, 1)
remember(idempotency_key, fingerprint, '')
return {'done', ''}
