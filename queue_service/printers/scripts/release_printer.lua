-- End an exchange with a printer, and store the state it was found in.
--
-- KEYS[1] claim of the printer (string)   KEYS[2] states hash (device -> 'ms|state')
-- KEYS[3] idempotency key (string)   KEYS[4] config hash
-- ARGV[1] mark of this claim   ARGV[2] device   ARGV[3] state   ARGV[4] '1' if the slip is printed, else '0'
-- ARGV[5] fingerprint, '' without a key
-- Gives {'done'}

local claim, states, idempotency_key, config = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local mark, device, state, printed, fingerprint = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if redis.call('GET', claim) == mark then redis.call('DEL', claim) end
if redis.call('HEXISTS', config, 'revision') == 1 then
  redis.call('HSET', states, device, whole(clock('')) .. '|' .. state)
  remember(idempotency_key, fingerprint, printed .. '|' .. state)
end
return {'done'}
