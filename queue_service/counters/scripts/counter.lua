-- Look at a counter, open it or close it.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash
-- KEYS[4] holds hash    KEYS[5] last seen hash       KEYS[6] events (stream)   KEYS[7] idempotency key (string)
-- KEYS[8] parked hash   KEYS[9] prefix of the visits, followed by an id   KEYS[10] shifts (sorted set)
-- KEYS[11] free counters hash
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] now, '' for the clock
-- ARGV[4] counter    ARGV[5] 'look', 'open' or 'close'   ARGV[6] team
-- ARGV[7] event name ARGV[8] its data with @now
-- ARGV[9] the counter's services by team (JSON)   ARGV[10] its name
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'busy', id}
--       {'bound', id} when a visit still waits for this counter alone
-- An answer is these lines: now, counter, name, 'open' or 'closed', team, services by comma, the document
-- of the visit there or '', then the documents of those parked there.

local config, open_counters, busy_counters, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counters_last_seen, events, idempotency_key = KEYS[5], KEYS[6], KEYS[7]
local parked_visits, visit_prefix, shifts, free_counters = KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local revision, fingerprint, now_text, counter = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local verb, new_team, event_name, event_template = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local services_json, counter_name = ARGV[9], ARGV[10]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local now = clock(now_text)
local team = redis.call('HGET', open_counters, counter)
local busy = redis.call('HGET', busy_counters, counter)

if verb == 'close' then
  if busy then return {'busy', busy} end
  local hold_pairs = redis.call('HGETALL', holds)
  for i = 1, #hold_pairs, 2 do
    local _, bound = hold_of(hold_pairs[i + 1])
    if bound == counter then return {'bound', hold_pairs[i]} end
  end
  if team then
    redis.call('HDEL', open_counters, counter)
    redis.call('HDEL', free_counters, counter)
    append_event(events, event_name, fill(event_template, {now = whole(now)}))
    shift(shifts, now, counter, 'closed', '')
  end
  team = nil
elseif verb == 'open' and team ~= new_team then
  redis.call('HSET', open_counters, counter, new_team)
  if not team and not busy then redis.call('HSET', free_counters, counter, whole(now)) end
  append_event(events, event_name, fill(event_template, {now = whole(now)}))
  shift(shifts, now, counter, 'open', new_team)
  team = new_team
end

local services = cjson.decode(services_json)[team or ''] or {}
local lines = {
  whole(now), counter, counter_name, team and 'open' or 'closed', team or '', table.concat(services, ','),
  busy and redis.call('GET', visit_prefix .. busy) or '',
}
local parked = redis.call('HGETALL', parked_visits)
for i = 1, #parked, 2 do
  if parked[i + 1] == counter then lines[#lines + 1] = redis.call('GET', visit_prefix .. parked[i]) end
end
local reply = table.concat(lines, '\n')
if verb ~= 'look' then
  redis.call('HSET', counters_last_seen, counter, whole(now))
  remember(idempotency_key, fingerprint, reply)
end
return {'done', reply}
