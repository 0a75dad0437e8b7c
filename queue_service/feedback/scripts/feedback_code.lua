-- Keep a slip's code until it expires.
--
-- KEYS[1] config hash   KEYS[2] idempotency key (string)
-- KEYS[3] the code (string, 'expires|service|used')   KEYS[4] codes the caller made (string)
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] the service
-- ARGV[4] when the code expires, in ms   ARGV[5] in how many ms that is   ARGV[6] the code itself
-- ARGV[7] so many are made in a minute, 0 for no limit
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'limited', seconds},
--       where the answer is 'expires|code'

local config, idempotency_key, code_key, made = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local revision, fingerprint, service = ARGV[1], ARGV[2], ARGV[3]
local expires, lifetime, code, most = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if most > 0 and tonumber(redis.call('GET', made) or 0) >= most then
  return {'limited', math.max(1, redis.call('TTL', made))}
end
if most > 0 and redis.call('INCR', made) == 1 then redis.call('EXPIRE', made, 60) end
redis.call('SET', code_key, expires .. '|' .. service .. '|0', 'PX', lifetime)
local answer = expires .. '|' .. code
-- Forgotten with all codes of the day: the time that it is still kept tells no slip's moment.
remember(idempotency_key, fingerprint, answer, lifetime)
return {'done', answer}
