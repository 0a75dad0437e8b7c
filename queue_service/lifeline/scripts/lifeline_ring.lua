-- Begin to ring. A call that is there already stays as it is.
--
-- KEYS[1] config hash   KEYS[2] call (string)   KEYS[3] open calls (zset)   KEYS[4] events (stream)
-- ARGV[1] revision   ARGV[2] id   ARGV[3] document   ARGV[4] when it rings in ms
-- ARGV[5] seconds that it is kept   ARGV[6] event name   ARGV[7] its data (JSON)
-- Gives {'done', document} {'stale'}

local config, call, open_calls, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local revision, id, document, rang_at, seconds = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local event_name, event_data = ARGV[6], ARGV[7]

local current = redis.call('GET', call)
if current then return {'done', current} end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
redis.call('SET', call, document, 'EX', seconds)
redis.call('ZADD', open_calls, rang_at, id)
append_event(events, event_name, event_data)
return {'done', document}
