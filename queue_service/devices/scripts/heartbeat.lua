-- A screen was heard from; written at most once in a while.
--
-- KEYS[1] devices hash   KEYS[2] idempotency key (string)   KEYS[3] config hash
-- ARGV[1] 'device|sign'   ARGV[2] so many ms have to lie between two that are written
-- ARGV[3] fingerprint, '' without an idempotency key
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}: no such branch

local earlier = remembered(KEYS[2], ARGV[3])
if earlier then return earlier end
if redis.call('HEXISTS', KEYS[3], 'revision') == 0 then return {'gone'} end
local now = clock('')
if now - tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) >= tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], ARGV[1], whole(now))
end
remember(KEYS[2], ARGV[3], '')
return {'done', ''}
