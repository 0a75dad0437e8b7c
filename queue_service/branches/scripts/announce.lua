-- Something about the branch itself: the day was closed, it opened or closed.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] idempotency key (string)
-- KEYS[4] audit log (stream)   KEYS[5] totals of the audit log (hash)
-- ARGV[1] field of the config hash to set   ARGV[2] its value, '@now' for the time
-- ARGV[3] event name   ARGV[4] its data with @now   ARGV[5] now, '' for the clock   ARGV[6] fingerprint
-- ARGV[7] entry of the audit log (JSON), '' for none
-- Gives {'done', now} {'replayed', now} {'reused'} {'same', now} when the field has that value
--       {'gone'} if there is no such branch

local config, events, idempotency_key, audit_log, audit_totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local field, new_value, event_name, event_template = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now_text, fingerprint, entry = ARGV[5], ARGV[6], ARGV[7]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local now = whole(clock(now_text))
local value = new_value == '@now' and now or new_value
if redis.call('HGET', config, field) == value then return {'same', now} end
redis.call('HSET', config, field, value)
append_event(events, event_name, fill(event_template, {now = now}))
record(audit_log, audit_totals, entry)
remember(idempotency_key, fingerprint, now)
return {'done', now}
