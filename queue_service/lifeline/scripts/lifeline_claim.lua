-- Note at a counter's branch which call it makes, if the visit is at the counter and the call it made
-- before is still the one that was looked at.
--
-- KEYS[1] config hash   KEYS[2] busy counters hash   KEYS[3] asking hash   KEYS[4] idempotency key (string)
-- ARGV[1] revision   ARGV[2] fingerprint, '' without a key   ARGV[3] counter   ARGV[4] id of the visit
-- ARGV[5] the call it made before, '' for none   ARGV[6] the call that it makes
-- Gives {'done', call} {'replayed', call} {'reused'} {'stale'} {'elsewhere'} {'changed'}

local config, busy_counters, asking, idempotency_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local revision, fingerprint, counter, visit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local before, call = ARGV[5], ARGV[6]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if redis.call('HGET', busy_counters, counter) ~= visit then return {'elsewhere'} end
if (redis.call('HGET', asking, counter) or '') ~= before then return {'changed'} end
redis.call('HSET', asking, counter, call)
remember(idempotency_key, fingerprint, call)
return {'done', call}
