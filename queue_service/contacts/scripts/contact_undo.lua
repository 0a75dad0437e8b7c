-- Take a contact back, if it can be still.
--
-- KEYS[1] the contact (string)   KEYS[2] its day's contacts (hash)   KEYS[3] totals hash
-- KEYS[4] idempotency key (string)
-- ARGV[1] the contact as it was read   ARGV[2] fingerprint, '' without an idempotency key
-- ARGV[3] JSON list of the fields that count what is taken back   ARGV[4] the same of the totals
-- Gives {'done', ''} {'replayed', ''} {'reused'} {'gone'}

local contact, day, totals, idempotency_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local read, fingerprint, fields, total = ARGV[1], ARGV[2], cjson.decode(ARGV[3]), ARGV[4]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('GET', contact) ~= read then return {'gone'} end

redis.call('DEL', contact)
for _, name in ipairs(fields) do redis.call('HINCRBY', day, name, 1) end
redis.call('HINCRBY', totals, total, 1)
remember(idempotency_key, fingerprint, '')
return {'done', ''}
