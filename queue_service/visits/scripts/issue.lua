-- Issue a ticket; with a counter also serve it there at once (a walk-in or a phone call).
-- Either everything below is written or nothing is.
--
-- KEYS[1] visit (string)          KEYS[7]  holds hash            KEYS[13] day hash
-- KEYS[2] idempotency key (string)           KEYS[8]  open counters hash    KEYS[14] index of the day (list)
-- KEYS[3] rate (string)           KEYS[9]  busy counters hash    KEYS[15] days (sorted set)
-- KEYS[4] config hash             KEYS[10] numbers of the day    KEYS[16] events (stream)
-- KEYS[5] queue (sorted set)      KEYS[11] open numbers hash     KEYS[17] estimates hash
-- KEYS[6] since (sorted set)      KEYS[12] totals hash           KEYS[18] last seen hash
-- KEYS[19] free counters hash     KEYS[20] prefix of the queues, followed by a service
-- KEYS[21] parked hash            KEYS[22] regression hash
-- KEYS[23] counts of the staff's notes (hash), KEYS[24] arriving (hash), only with extras
-- KEYS[last] code that follows the visit (string), only with ARGV[21]
-- ARGV[1]  revision of the configuration the caller decided by
-- ARGV[2]  fingerprint of the request, '' without an idempotency key
-- ARGV[3]  now in ms, '' for the store's clock
-- ARGV[4]  since, ARGV[5] until: ms between which the date and the opening hold
-- ARGV[6]  business date (2026-11-25), ARGV[7] the same as a number
-- ARGV[8]  prefix, ARGV[9] service, ARGV[10] head start in ms
-- ARGV[11] document with @now @number @place @ahead @open @busy @range, of a booking also with @waits
--          (since when it waits) and @head (its head start), ARGV[12] event name, ARGV[13] its data
-- ARGV[14] takers of the service (Branch.takers), ARGV[15] counter or '', ARGV[16] its team
-- ARGV[17] most tickets a minute, 0 for no limit; ARGV[18] the visit's id
-- ARGV[19] extras, '' for none: JSON of bound (the one counter that is to call it, '' for any, with
--          takers of that counter), day and totals (increments); and of booked, absent for none: at
--          (ms), and head_start_ms, absent if it comes late (visits/rules/booked.py); and booking,
--          the member of arriving for the one that it is for, absent for none
-- ARGV[20] most tickets by kiosks for the service on the day, '' for no such limit
-- ARGV[21] for how many ms the code is kept, '' for none
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale', now} {'closed'} {'busy', id}
--       {'changed'} {'limited', seconds} {'full'}

local stored_visit, idempotency_key, rate, config = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local queue, since, holds, open_counters = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local busy_counters, numbers, open_numbers, totals = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local day_counts, day_index, days, events = KEYS[13], KEYS[14], KEYS[15], KEYS[16]
local estimates, counters_last_seen, free_counters = KEYS[17], KEYS[18], KEYS[19]
local queue_prefix, parked, regression = KEYS[20], KEYS[21], KEYS[22]
local revision, fingerprint, now_text, valid_from = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local valid_until, date, day_number, prefix, service = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local head_start_ms, document_template, event_name = ARGV[10], ARGV[11], ARGV[12]
local event_template, takers, counter, counter_team = ARGV[13], ARGV[14], ARGV[15], ARGV[16]
local tickets_a_minute, visit_id, extras, cap, code_kept = ARGV[17], ARGV[18], ARGV[19], ARGV[20], ARGV[21]
local more = extras ~= '' and cjson.decode(extras) or nil

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
-- Every request has a new id. If it exists already, the reply to this very commit was lost and
-- the client library has sent the request again.
local earlier_document = redis.call('GET', stored_visit)
local now = clock(now_text)
if earlier_document then
  local place = redis.call('ZSCORE', queue, visit_id)
  if not place then return {'done', answer(now, '', nil, earlier_document)} end
  local counters, takers = open_takers(takers, open_counters, busy_counters)
  local ahead = people_ahead(queue_prefix, holds, counters, takers, visit_id, service, tonumber(place), now)
  local estimate = expected(estimates, regression, service, ahead, #counters, queue, since, place, now)
  return {'done', answer(now, ahead, estimate, earlier_document)}
end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale', whole(now)} end
if now < tonumber(valid_from) or now >= tonumber(valid_until) then return {'stale', whole(now)} end
if counter ~= '' then
  local team = redis.call('HGET', open_counters, counter)
  if not team then return {'closed'} end
  if team ~= counter_team then return {'changed'} end
  local busy = redis.call('HGET', busy_counters, counter)
  if busy then return {'busy', busy} end
end
if more and more.bound ~= '' and redis.call('HEXISTS', open_counters, more.bound) == 0 then return {'closed'} end
-- Counted from the cap's beginning on; interventions/scripts/intervene.lua counts those before.
local capped = 'kiosk|' .. service
if cap ~= '' and tonumber(redis.call('HGET', day_counts, capped) or 0) >= tonumber(cap) then return {'full'} end
local limit = tonumber(tickets_a_minute)
if limit > 0 then
  local used = tonumber(redis.call('GET', rate) or 0)
  if used >= limit then return {'limited', math.max(1, redis.call('TTL', rate))} end
end

-- A code that another visit has: the caller tries again, which makes another one.
if code_kept ~= '' and redis.call('EXISTS', KEYS[#KEYS]) == 1 then return {'changed'} end

local n, number
repeat
  n = redis.call('HINCRBY', numbers, prefix, 1)
  number = string.format('%s%03d', prefix, n)
until redis.call('HSETNX', open_numbers, number, visit_id) == 1
local sequence = redis.call('RPUSH', day_index, visit_id)
local waits, head_start = now, tonumber(head_start_ms)
local booked, booked_head_start = more and more.booked, 0
if booked then
  waits = math.max(now, booked.at)
  if booked.head_start_ms then booked_head_start = math.max(booked.head_start_ms, now - booked.at) end
end
local place = whole((now - head_start - booked_head_start) * 1000 + sequence % 1000)
local values = {now = whole(now), place = place, number = '"' .. number .. '"'}
if booked then values.waits, values.head = whole(waits), whole(booked_head_start) end
-- An event's id is its millisecond and its rank within that. If it is the first of its
-- millisecond, all tickets issued before have an earlier one: no sort key can be later, except that
-- of a visit that is held back until a later time.
local event = append_event(events, event_name, fill(event_template, values))
local last = now_text == '' and head_start + booked_head_start == 0 and string.sub(event, -2) == '-0'
  and redis.call('HLEN', holds) == 0
local ahead, estimate = '', nil
if counter == '' then
  local open, busy
  if last and string.sub(takers, 1, 1) == '*' and not string.find(takers, '\n', 1, true) then
    -- Every counter may call every visit, so all that wait are ahead: the open visits less this
    -- one, those at a counter and those parked.
    local at_counters
    open, busy, at_counters = count_takers(takers, open_counters, busy_counters)
    ahead = redis.call('HLEN', open_numbers) - 1 - at_counters - redis.call('HLEN', parked)
  else
    local counters, counted = open_takers(takers, open_counters, busy_counters)
    open, busy = #counters, counters.busy
    ahead = people_ahead(queue_prefix, holds, counters, counted, visit_id, service, tonumber(place), now, last)
  end
  estimate = expected(estimates, regression, service, ahead, open, queue, since, place, now, last)
  -- A range is of the wait from now, and the wait of this one begins later.
  if waits > now then estimate = nil end
  values.ahead, values.open, values.busy = ahead, open, busy
  values.range = estimate and '[' .. string.gsub(estimate, '|', ',') .. ']' or 'null'
end

if sequence == 1 then redis.call('ZADD', days, day_number, date) end
if counter == '' then
  redis.call('ZADD', queue, place, visit_id)
  redis.call('ZADD', since, booked and values.waits or values.now, visit_id)
else
  redis.call('HSET', busy_counters, counter, visit_id)
  redis.call('HSET', counters_last_seen, counter, values.now)
  redis.call('HDEL', free_counters, counter)
end
if more then
  if more.bound ~= '' then
    redis.call('HSET', holds, visit_id, more.bound .. '|0|' .. place .. '|' .. service)
  end
  add_all(KEYS[23], more.day)
  add_all(totals, more.totals)
  if more.booking then redis.call('HSET', KEYS[24], more.booking, visit_id) end
end
if code_kept ~= '' then redis.call('SET', KEYS[#KEYS], visit_id, 'PX', code_kept) end
local document = fill(document_template, values)
redis.call('SET', stored_visit, document)
redis.call('HINCRBY', totals, 'issued|' .. service, 1)
redis.call('HINCRBY', day_counts, 'issued', 1)
if cap ~= '' and redis.call('HINCRBY', day_counts, capped, 1) == tonumber(cap) then
  append_event(events, 'branch.state_changed', '{"at":' .. whole(now) .. '}')
end
if limit > 0 and redis.call('INCR', rate) == 1 then redis.call('EXPIRE', rate, 60) end
local reply = answer(now, ahead, estimate, document)
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
