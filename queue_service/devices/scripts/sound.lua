-- A display tells how its sound does: kept with the time it was told.
--
-- KEYS[1] sounds hash (device -> 'ms|document')   KEYS[2] idempotency key (string)   KEYS[3] config hash
-- ARGV[1] device   ARGV[2] document (JSON: sound, voices)   ARGV[3] fingerprint, '' without a key
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}: no such branch

local earlier = remembered(KEYS[2], ARGV[3])
if earlier then return earlier end
if redis.call('HEXISTS', KEYS[3], 'revision') == 0 then return {'gone'} end
redis.call('HSET', KEYS[1], ARGV[1], whole(clock('')) .. '|' .. ARGV[2])
remember(KEYS[2], ARGV[3], '')
return {'done', ''}
