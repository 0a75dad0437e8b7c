-- Remove a paper ticket that was entered wrongly, if it is still as it was read.
-- Either everything below is written or nothing is.
--
-- KEYS[1] config hash               KEYS[4] index of the day (list)   KEYS[7] final (string)
-- KEYS[2] idempotency key (string)  KEYS[5] day hash                  KEYS[8] totals hash
-- KEYS[3] numbers on paper (hash)   KEYS[6] summary (string)          KEYS[9] events (stream)
-- KEYS[10] visit (string)
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] number
-- ARGV[4] the visit's id   ARGV[5] totals, ARGV[6] day (increments as JSON)
-- ARGV[7] event name   ARGV[8] its data (JSON)   ARGV[9] the visit's document as it was read
-- Gives {'done', left} {'replayed', left} {'reused'} {'stale'} {'final'} {'changed'}

local config, idempotency_key, on_paper, day_index = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local day_counts, summary, final, totals, events = KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local stored_visit = KEYS[10]
local revision, fingerprint, number, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local totals_json, day_json, event_name, event_data = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local document_read = ARGV[9]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if redis.call('EXISTS', final) == 1 then return {'final'} end
if redis.call('GET', stored_visit) ~= document_read then return {'changed'} end

redis.call('HDEL', on_paper, number)
redis.call('DEL', stored_visit, summary)
redis.call('LREM', day_index, 1, id)
add_all(totals, cjson.decode(totals_json))
add_all(day_counts, cjson.decode(day_json))
append_event(events, event_name, event_data)
local left = tostring(redis.call('HLEN', on_paper))
remember(idempotency_key, fingerprint, left)
return {'done', left}
