-- Block places of slots, or release them. A place that is booked already is not taken from anybody; one
-- that is held is booked only if it is free in addition to the blocked ones. A released place may be kept
-- for those who ask for an earlier time.
--
-- KEYS[1] config hash    KEYS[2] blocked hash    KEYS[3] changes (string)
-- KEYS[4] events (stream)    KEYS[5] idempotency key (string)
-- KEYS[6] audit log (stream)    KEYS[7] totals of the audit log (hash)
-- KEYS[8] holds (sorted set)    KEYS[9] places hash
-- ARGV[1] revision of the configuration the caller decided by
-- ARGV[2] fingerprint of the request, '' without an idempotency key
-- ARGV[3] JSON: before and after (field → blocked places), and offers: places that are kept if they are
--   free, each with field, hold (its member of the holds), until, capacity and near (change_booking.lua)
-- ARGV[4] data of the event (JSON)   ARGV[5] answer   ARGV[6] entry of the audit log (JSON)
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'changed'} {'gone'}

local config, blocked, changes, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local idempotency_key, audit_log, audit_totals = KEYS[5], KEYS[6], KEYS[7]
local holds, places = KEYS[8], KEYS[9]
local revision, fingerprint, event_data, reply, entry = ARGV[1], ARGV[2], ARGV[4], ARGV[5], ARGV[6]
local change = cjson.decode(ARGV[3])

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local in_force = redis.call('HGET', config, 'revision')
if not in_force then return {'gone'} end
local differs, as_wanted = false, true
for field, wanted in pairs(change.after) do
  local now = tonumber(redis.call('HGET', blocked, field) or 0)
  if now ~= change.before[field] then differs = true end
  if now ~= wanted then as_wanted = false end
end
-- In place already: the reply to this very change was lost and it was sent again, or another request
-- has done the same. Sent once more after a release it does nothing.
if as_wanted then
  remember(idempotency_key, fingerprint, reply)
  return {'done', reply}
end
if differs then return {'changed'} end
if in_force ~= revision then return {'stale'} end

for field, wanted in pairs(change.after) do
  if wanted > 0 then redis.call('HSET', blocked, field, wanted) else redis.call('HDEL', blocked, field) end
end
for _, keep in ipairs(change.offers) do
  local used = (redis.call('HGET', places, keep.field) or 0) + (redis.call('HGET', blocked, keep.field) or 0)
  for _, other in ipairs(keep.near) do used = used + (redis.call('HGET', places, other) or 0) end
  if used < keep.capacity and redis.call('ZADD', holds, keep['until'], keep.hold) == 1 then
    redis.call('HINCRBY', places, keep.field, 1)
  end
end
redis.call('INCR', changes)
append_event(events, 'booking.blocked', event_data)
record(audit_log, audit_totals, entry)
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
