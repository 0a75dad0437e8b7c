-- Replace a kiosk's call for help with what was decided, if it is still as it was read.
--
-- KEYS[1] the kiosk's call (string)   KEYS[2] open calls (zset)   KEYS[3] the day's counts (hash)
-- KEYS[4] totals hash   KEYS[5] events (stream)   KEYS[6] idempotency key (string)
-- ARGV[1] fingerprint, '' without a key   ARGV[2] kiosk   ARGV[3] document as read
-- ARGV[4] as decided   ARGV[5] '1' while it is open   ARGV[6] ARGV[7] increments of the day and of
-- the totals (JSON)   ARGV[8] seconds that it is kept once it is over   ARGV[9] event name   ARGV[10] its data (JSON)
-- Gives {'done', document} {'replayed', document} {'reused'} {'changed'}

local call, open_calls, day, totals, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local idempotency_key, fingerprint, kiosk = KEYS[6], ARGV[1], ARGV[2]
local document_read, document, is_open = ARGV[3], ARGV[4], ARGV[5]
local of_day, of_totals, kept = cjson.decode(ARGV[6]), cjson.decode(ARGV[7]), ARGV[8]
local event_name, event_data = ARGV[9], ARGV[10]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local current = redis.call('GET', call)
-- Already as decided: the reply was lost and it was sent again, or somebody else decided the same.
if current == document and current ~= document_read then return {'done', document} end
if current ~= document_read then return {'changed'} end
redis.call('SET', call, document)
if is_open ~= '1' then
  redis.call('EXPIRE', call, kept)
  redis.call('ZREM', open_calls, kiosk)
end
add_all(day, of_day)
add_all(totals, of_totals)
append_event(events, event_name, event_data)
remember(idempotency_key, fingerprint, document)
return {'done', document}
