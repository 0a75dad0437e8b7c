-- Keep the answer to a request, unless another request with this key has been answered meanwhile.
--
-- KEYS[1] idempotency key (string)
-- ARGV[1] fingerprint   ARGV[2] the response (JSON)
-- Gives {'done'} {'replayed', answer} {'reused'}

local key, fingerprint, response = KEYS[1], ARGV[1], ARGV[2]

local earlier = remembered(key, fingerprint)
if earlier then return earlier end
remember(key, fingerprint, response)
return {'done'}
