-- Write a referral as it was decided, if it is still as it was read.
--
-- KEYS[1] config hash   KEYS[2] document (string)   KEYS[3] received (zset)
-- KEYS[4] the day's counts (hash)   KEYS[5] events (stream)   KEYS[6] idempotency key (string)
-- ARGV[1] fingerprint, '' without a key   ARGV[2] id   ARGV[3] document as read, '' for none
-- ARGV[4] as decided   ARGV[5] when it was sent (ms)   ARGV[6] seconds that it is kept
-- ARGV[7] increments of the day (JSON)   ARGV[8] event name, '' for none   ARGV[9] its data (JSON)
-- Gives {'done', document} {'replayed', document} {'reused'} {'changed'}
--       {'gone'} if there is no such branch

local config, document_key, received, day, events, idempotency_key =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local fingerprint, id, document_read, document = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local sent_at, seconds, of_day = ARGV[5], ARGV[6], cjson.decode(ARGV[7])
local event_name, event_data = ARGV[8], ARGV[9]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local current = redis.call('GET', document_key) or ''
-- A referral says itself when it was changed, so the same one again is the same change.
if current == document then return {'done', document} end
if current ~= document_read then return {'changed'} end
redis.call('SET', document_key, document, 'EX', seconds)
redis.call('ZADD', received, sent_at, id)
add_all(day, of_day)
if event_name ~= '' then append_event(events, event_name, event_data) end
remember(idempotency_key, fingerprint, document)
return {'done', document}
