-- A step in the life of a branch's alerts, unless another process has changed them since they were
-- read.
--
-- KEYS[1] open alerts (string)   KEYS[2] history (list)   KEYS[3] outbox (hash)   KEYS[4] idempotency key (string)
-- KEYS[5] config hash
-- ARGV[1] the open alerts as they were read, '' for none   ARGV[2] the open alerts from now on, '' for none
-- ARGV[3] how many ended alerts are kept         ARGV[4] how many ended now
-- ARGV[5] fingerprint, '' without a key         ARGV[6] the answer to remember
-- ARGV[7...] those that ended, then by turns the id and the text of each delivery
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'changed'} {'gone'}: no such branch

local alerts_key, history, outbox, idempotency_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local config = KEYS[5]
local alerts_read, open_alerts, history_length, ended_count = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local fingerprint, reply = ARGV[5], ARGV[6]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local stored = redis.call('GET', alerts_key) or ''
if stored ~= alerts_read then return {'changed'} end
if open_alerts == '' then
  redis.call('DEL', alerts_key)
else
  redis.call('SET', alerts_key, open_alerts)
end
local first = 7 + tonumber(ended_count)
for i = 7, first - 1 do
  redis.call('LPUSH', history, ARGV[i])
end
redis.call('LTRIM', history, 0, tonumber(history_length) - 1)
for i = first, #ARGV, 2 do
  redis.call('HSET', outbox, ARGV[i], ARGV[i + 1])
end
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
