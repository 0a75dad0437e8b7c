-- A step in the life of a branch's alerts, if nobody else has taken one since they were read.
--
-- KEYS[1] book (string)   KEYS[2] history (list)   KEYS[3] outbox (hash)   KEYS[4] idempotency key (string)
-- KEYS[5] config hash
-- ARGV[1] the book as it was read, '' for none   ARGV[2] the book from now on, '' for none
-- ARGV[3] how many ended alerts are kept         ARGV[4] how many ended now
-- ARGV[5] fingerprint, '' without a key         ARGV[6] the answer to remember
-- ARGV[7...] those that ended, then by turns the id and the text of each delivery
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'changed'} {'gone'}: no such branch

local earlier = remembered(KEYS[4], ARGV[5])
if earlier then return earlier end
if redis.call('HEXISTS', KEYS[5], 'revision') == 0 then return {'gone'} end
local kept = redis.call('GET', KEYS[1]) or ''
if kept ~= ARGV[1] then return {'changed'} end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
local first = 7 + tonumber(ARGV[4])
for i = 7, first - 1 do
  redis.call('LPUSH', KEYS[2], ARGV[i])
end
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[3]) - 1)
for i = first, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end
remember(KEYS[4], ARGV[5], ARGV[6])
return {'done', ARGV[6]}
