-- Store the sound state that a display reports, with the time of the report.
--
-- KEYS[1] sounds hash (device -> 'ms|document')   KEYS[2] idempotency key (string)   KEYS[3] config hash
-- ARGV[1] device   ARGV[2] document (JSON: sound, voices, by_server)   ARGV[3] fingerprint, '' without a key
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}: no such branch

local sounds, idempotency_key, config = KEYS[1], KEYS[2], KEYS[3]
local device, document, fingerprint = ARGV[1], ARGV[2], ARGV[3]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
redis.call('HSET', sounds, device, whole(clock('')) .. '|' .. document)
remember(idempotency_key, fingerprint, '')
return {'done', ''}
