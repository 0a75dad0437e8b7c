-- Replace a visit with the decided one, if it is still as it was read.
-- Either everything below is written or nothing is.
--
-- KEYS[1]  config hash             KEYS[8]  open counters hash   KEYS[15] summary (string)
-- KEYS[2]  visit (string)          KEYS[9]  busy counters hash   KEYS[16] events (stream)
-- KEYS[3]  idempotency key (string)           KEYS[10] last seen hash       KEYS[17] calls (sorted set)
-- KEYS[4]  queue it leaves (zset)  KEYS[11] parked hash          KEYS[18] waits hash
-- KEYS[5]  since it leaves (zset)  KEYS[12] open numbers hash    KEYS[19] estimates hash
-- KEYS[6]  queue it joins (zset)   KEYS[13] totals hash
-- KEYS[7]  since it joins (zset)   KEYS[14] day hash             KEYS[20] holds hash
-- KEYS[21] free counters hash        KEYS[22] prefix of the queues, followed by a service
-- KEYS[23] counts of the staff's notes (hash)
-- KEYS[24] paused counters hash      KEYS[25] shifts (sorted set)  KEYS[26] missed (sorted set)
-- KEYS[27] regression hash         KEYS[28] offers hash   KEYS[29] reminders hash
-- ARGV[1] revision of the configuration decided by   ARGV[2] fingerprint, '' without a key
-- ARGV[3] document as read   ARGV[4] document as decided   ARGV[5] now in ms
-- ARGV[6] the change as JSON: id, number; leave (bool); join {place, since} or absent; hold
--         ('bound|until|sort key|service') or absent; free, occupy (counter) and team (of occupy) or absent;
--         park (counter) or absent; seen (counters); opens, ends (bool); calls (ms of the
--         call) or absent; missed {at, oldest that is kept} (ms) of a no-show,
--         or absent; found (bool) of a visit that was one; totals, day (increments); wait {service, ahead, open, seconds} or
--         absent; noted {day, totals} (increments) or absent; takers (Branch.takers) of one that
--         joins; service
-- ARGV[7] event name   ARGV[8] its data (JSON)
-- ARGV[9] '' for a visit that was read for this; of one that the caller has kept since an earlier
--         change 'counter|team|now': where it is, and now as in load.lua
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'gone'} {'changed'}
--       {'changed', …} of one that was kept: as load.lua gives it
--       {'closed'} {'busy', id} {'taken'}

local config, stored_visit, idempotency_key, queue_left = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local since_left, queue_joined, since_joined, open_counters = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local busy_counters, counters_last_seen, parked = KEYS[9], KEYS[10], KEYS[11]
local open_numbers, totals, day_counts, day_summary = KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local events, calls, waits, estimates, holds = KEYS[16], KEYS[17], KEYS[18], KEYS[19], KEYS[20]
local free_counters, queue_prefix, noted_counts = KEYS[21], KEYS[22], KEYS[23]
local paused_counters, shifts, missed, regression = KEYS[24], KEYS[25], KEYS[26], KEYS[27]
local offers, reminders = KEYS[28], KEYS[29]
local revision, fingerprint, document_read, document = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now_text, change_json, event_name, event_data = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local kept = ARGV[9]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local change = cjson.decode(change_json)
local now = tonumber(now_text)
local id = change.id

local function result()
  if not change.join then return answer(now, '', nil, document) end
  local counters, takers = open_takers(change.takers, open_counters, busy_counters)
  local place = tonumber(change.join.place)
  local ahead = people_ahead(queue_prefix, holds, counters, takers, id, change.service, place, now)
  local service = change.service
  local estimate = expected(estimates, regression, service, ahead, #counters, queue_joined, since_joined, place, now)
  return answer(now, ahead, estimate, document)
end

local current = redis.call('GET', stored_visit)
if not current then return {'gone'} end
-- Already as decided, stamp included: the reply was lost and the commit was sent again.
if current == document and current ~= document_read then return {'done', result()} end
if kept ~= '' then
  local counter, team, present_text = string.match(kept, '^(.-)|(.-)|(.*)$')
  local present = clock(present_text)
  local holds_still = current == document_read and redis.call('HGET', open_counters, counter) == team
    and math.abs(present - now) <= KEPT_CLOCK_MS
  if not holds_still then return {'changed', unpack(basis(present, current, config, open_counters))} end
elseif current ~= document_read then
  return {'changed'}
end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if change.occupy then
  local team = redis.call('HGET', open_counters, change.occupy)
  if not team then return {'closed'} end
  if team ~= change.team then return {'changed'} end
  local busy = redis.call('HGET', busy_counters, change.occupy)
  if busy then return {'busy', busy} end
end
if change.opens then
  local other = redis.call('HGET', open_numbers, change.number)
  if other and other ~= id then return {'taken'} end
end

if change.leave then
  redis.call('ZREM', queue_left, id)
  redis.call('ZREM', since_left, id)
  redis.call('HDEL', holds, id)
end
if change.free then
  redis.call('HDEL', busy_counters, change.free)
  redis.call('HSET', free_counters, change.free, now_text)
end
if change.occupy then
  redis.call('HSET', busy_counters, change.occupy, id)
  redis.call('HDEL', free_counters, change.occupy)
  redis.call('HDEL', offers, change.occupy)
end
for _, counter in ipairs(change.seen) do redis.call('HSET', counters_last_seen, counter, now_text) end
redis.call('HDEL', parked, id)
if change.park then redis.call('HSET', parked, id, change.park) end
if change.join then
  redis.call('ZADD', queue_joined, change.join.place, id)
  redis.call('ZADD', since_joined, change.join.since, id)
  if change.hold then redis.call('HSET', holds, id, change.hold) end
end
if change.opens then redis.call('HSET', open_numbers, change.number, id) end
if change.ends then
  redis.call('HDEL', open_numbers, change.number)
  forget_address(reminders, id)
end
if change.calls then
  redis.call('ZADD', calls, change.calls, id)
  redis.call('ZREMRANGEBYRANK', calls, 0, -11)
end
if change.missed then
  redis.call('ZADD', missed, change.missed.at, id)
  redis.call('ZREMRANGEBYSCORE', missed, '-inf', '(' .. change.missed.oldest)
end
if change.found then redis.call('ZREM', missed, id) end
redis.call('SET', stored_visit, document)
redis.call('DEL', day_summary)
add_all(totals, change.totals)
add_all(day_counts, change.day)
if change.noted then
  add_all(noted_counts, change.noted.day)
  add_all(totals, change.noted.totals)
end
if change.wait then
  learn(waits, estimates, change.wait)
end
append_event(events, event_name, event_data)
if change.free then
  local since, reason, team = pause_of(redis.call('HGET', paused_counters, change.free))
  -- A counter handed to another team meanwhile has taken its pause back.
  if since == 0 then
    begin_pause(open_counters, free_counters, paused_counters, shifts, totals, events, now, change.free, reason, team)
  end
end
local reply = result()
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
