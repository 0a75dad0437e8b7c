-- Note that a device is alive, unless that was noted only a moment ago.
--
-- KEYS[1] devices hash   KEYS[2] idempotency key (string)   KEYS[3] config hash
-- ARGV[1] 'device|kind'   ARGV[2] at least so many ms lie between two notes
-- ARGV[3] fingerprint, '' without an idempotency key
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}: no such branch

local devices, idempotency_key, config = KEYS[1], KEYS[2], KEYS[3]
local field, interval_ms, fingerprint = ARGV[1], ARGV[2], ARGV[3]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local now = clock('')
if now - tonumber(redis.call('HGET', devices, field) or 0) >= tonumber(interval_ms) then
  redis.call('HSET', devices, field, whole(now))
end
remember(idempotency_key, fingerprint, '')
return {'done', ''}
