-- Count the result of a connection between the two pages of a video counter.
--
-- KEYS[1] config hash   KEYS[2] totals hash   KEYS[3] idempotency key (string)   KEYS[4] results sent (string)
-- ARGV[1] field of the totals   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] most results
-- ARGV[4] within so many seconds
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'limited', seconds} {'gone'} if there is no such branch

local config, totals, idempotency_key, sent = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local field, fingerprint, most, within = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
if tonumber(redis.call('GET', sent) or 0) >= most then
  return {'limited', math.max(1, redis.call('TTL', sent))}
end
if redis.call('INCR', sent) == 1 then redis.call('EXPIRE', sent, within) end
redis.call('HINCRBY', totals, field, 1)
remember(idempotency_key, fingerprint, '')
return {'done', ''}
