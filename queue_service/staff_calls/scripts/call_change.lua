-- Replace a call with the decided one, if it is still as it was read.
--
-- KEYS[1] call (string)   KEYS[2] open calls (zset)   KEYS[3] the day's counts (hash)
-- KEYS[4] totals hash   KEYS[5] events (stream)   KEYS[6] idempotency key (string)
-- KEYS[7] calls that were missed (zset), if they are listed
-- ARGV[1] fingerprint, '' without a key   ARGV[2] its member of the sets   ARGV[3] document as read   ARGV[4] as decided
-- ARGV[5] '1' while it is open   ARGV[6] ARGV[7] increments of the day and of the totals (JSON)
-- ARGV[8] seconds that it is kept, '' for good   ARGV[9] event name   ARGV[10] its data (JSON)
-- ARGV[11] when it was missed in ms, '' where it was not or somebody knows of it
-- Gives {'done', document} {'replayed', document} {'reused'} {'changed'}

local call, open_calls, day, totals, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local idempotency_key, missed, fingerprint = KEYS[6], KEYS[7], ARGV[1]
local member, document_read, document, is_open = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local of_day, of_totals, seconds = cjson.decode(ARGV[6]), cjson.decode(ARGV[7]), ARGV[8]
local event_name, event_data, missed_at = ARGV[9], ARGV[10], ARGV[11]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local current = redis.call('GET', call)
-- Already as decided: the reply was lost and it was sent again, or somebody else decided the same.
if current == document and current ~= document_read then return {'done', document} end
if current ~= document_read then return {'changed'} end
redis.call('SET', call, document)
if seconds ~= '' then redis.call('EXPIRE', call, seconds) end
if is_open ~= '1' then redis.call('ZREM', open_calls, member) end
if missed and missed_at == '' then
  redis.call('ZREM', missed, member)
elseif missed then
  redis.call('ZREMRANGEBYSCORE', missed, '-inf', missed_at - seconds * 1000)
  redis.call('ZADD', missed, missed_at, member)
  redis.call('EXPIRE', missed, seconds)
end
add_all(day, of_day)
add_all(totals, of_totals)
append_event(events, event_name, event_data)
remember(idempotency_key, fingerprint, document)
return {'done', document}
