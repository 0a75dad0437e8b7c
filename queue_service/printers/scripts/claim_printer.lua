-- Begin an exchange with a printer: one at a time at its address.
--
-- KEYS[1] claim of the printer (string)   KEYS[2] idempotency key (string)   KEYS[3] config hash
-- ARGV[1] mark of this claim   ARGV[2] for how many ms it lasts if nothing ends it
-- ARGV[3] fingerprint, '' without a key
-- Gives {'done', ''} {'reused'} {'gone'}: no such branch {'busy'}
-- {'replayed', result}: 'printed|state', '' while it is not known

local claim, idempotency_key, config = KEYS[1], KEYS[2], KEYS[3]
local mark, lasts_ms, fingerprint = ARGV[1], ARGV[2], ARGV[3]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
if not redis.call('SET', claim, mark, 'NX', 'PX', lasts_ms) then return {'busy'} end
remember(idempotency_key, fingerprint, '')
return {'done', ''}
