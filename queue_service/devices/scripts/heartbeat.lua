-- Note that a device is alive, unless that was noted only a moment ago.
--
-- KEYS[1] devices hash   KEYS[2] idempotency key (string)   KEYS[3] config hash   KEYS[4] releases hash
-- ARGV[1] 'device|kind'   ARGV[2] at least so many ms lie between two notes
-- ARGV[3] fingerprint, '' without an idempotency key
-- ARGV[4] device   ARGV[5] the release of its page, '' if it is unknown
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}: no such branch

local devices, idempotency_key, config, releases = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local field, interval_ms, fingerprint, device, release = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local now = clock('')
if now - tonumber(redis.call('HGET', devices, field) or 0) >= tonumber(interval_ms) then
  redis.call('HSET', devices, field, whole(now))
end
if release ~= '' and redis.call('HGET', releases, device) ~= release then
  redis.call('HSET', releases, device, release)
end
remember(idempotency_key, fingerprint, '')
return {'done', ''}
