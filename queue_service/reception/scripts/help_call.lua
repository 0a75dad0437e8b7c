-- Call for help from a kiosk. A kiosk that has an open call keeps it: nothing is written.
--
-- KEYS[1] config hash   KEYS[2] the kiosk's call (string)   KEYS[3] open calls (zset)
-- KEYS[4] calls made (string)   KEYS[5] events (stream)   KEYS[6] idempotency key (string)
-- ARGV[1] revision   ARGV[2] fingerprint, '' without a key   ARGV[3] kiosk   ARGV[4] document
-- ARGV[5] when it is made in ms   ARGV[6] most calls   ARGV[7] within so many seconds
-- ARGV[8] event name   ARGV[9] its data (JSON)
-- ARGV[10] the call that is there and over ('' for none), as it was read
-- Gives {'done', document} {'open', document} {'replayed', document} {'reused'} {'stale'}
--       {'changed'} {'limited', seconds}

local config, call, open_calls, made, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local idempotency_key = KEYS[6]
local revision, fingerprint, kiosk, document, called_at = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local most, within, event_name, event_data = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
local former = ARGV[10]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local current = redis.call('GET', call) or ''
-- The reply was lost and it was sent again.
if current == document then return {'done', document} end
if current ~= '' and redis.call('ZSCORE', open_calls, kiosk) then return {'open', current} end
if current ~= former then return {'changed'} end
if tonumber(redis.call('GET', made) or 0) >= most then
  return {'limited', math.max(1, redis.call('TTL', made))}
end
if redis.call('INCR', made) == 1 then redis.call('EXPIRE', made, within) end
-- For as long as it is open: it counts when it is over, even if no page reads it until then.
redis.call('SET', call, document)
redis.call('ZADD', open_calls, called_at, kiosk)
append_event(events, event_name, event_data)
remember(idempotency_key, fingerprint, document)
return {'done', document}
