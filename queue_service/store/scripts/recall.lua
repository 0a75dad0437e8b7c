-- The answer to an earlier request with this key.
--
-- KEYS[1] idempotency key (string)
-- Gives what is kept under it, '' for nothing

local stored = redis.call('GET', KEYS[1])
if not stored then return '' end
-- A write, so that waiting for the replicas after this covers what is returned, too.
redis.call('PEXPIRE', KEYS[1], math.max(1, redis.call('PTTL', KEYS[1])))
return stored
