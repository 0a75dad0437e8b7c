-- Look at a counter, open it, pause it, go on at it, or close it.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash
-- KEYS[4] holds hash    KEYS[5] last seen hash       KEYS[6] events (stream)   KEYS[7] idempotency key (string)
-- KEYS[8] parked hash   KEYS[9] prefix of the visits, followed by an id   KEYS[10] shifts (sorted set)
-- KEYS[11] free counters hash   KEYS[12] paused counters hash   KEYS[13] totals hash
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] now, '' for the clock
-- ARGV[4] counter    ARGV[5] 'look', 'open', 'pause', 'resume' or 'close'   ARGV[6] team, of a pause its reason
-- ARGV[7] event name ARGV[8] its data with @now
-- ARGV[9] the counter's services by team (JSON)   ARGV[10] its name
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'busy', id}
--       {'bound', id} when a visit still waits for this counter alone   {'closed'} when none is to pause
-- An answer is these lines: now, counter, name, 'open', 'paused' or 'closed', with a pause also
-- '|since|reason' (0: once its visit has left), team, services by comma, the document of the visit there
-- or '', then the documents of those parked there.

local config, open_counters, busy_counters, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counters_last_seen, events, idempotency_key = KEYS[5], KEYS[6], KEYS[7]
local parked_visits, visit_prefix, shifts, free_counters = KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local paused_counters, totals = KEYS[12], KEYS[13]
local revision, fingerprint, now_text, counter = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local verb, new_team, event_name, event_template = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local services_json, counter_name = ARGV[9], ARGV[10]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local now = clock(now_text)
local team = redis.call('HGET', open_counters, counter)
local busy = redis.call('HGET', busy_counters, counter)
local since, reason, paused_team = pause_of(redis.call('HGET', paused_counters, counter))

local function tell(name, data)
  append_event(events, name, fill(cjson.encode(data), {now = whole(now)}))
end

-- End the pause, or take back one to come.
local function end_pause()
  if since > 0 then count_pause(totals, now, since, reason) end
  redis.call('HDEL', paused_counters, counter)
  since = nil
end

-- The same, and have the counter open again with a team.
local function go_on(with_team)
  if since > 0 then
    redis.call('HSET', open_counters, counter, with_team)
    redis.call('HSET', free_counters, counter, whole(now))
    shift(shifts, now, counter, 'open', with_team)
    team = with_team
  end
  end_pause()
  tell('counter.resumed', {counter = counter, at = '@now'})
end

if verb == 'close' then
  if busy then return {'busy', busy} end
  local hold_pairs = redis.call('HGETALL', holds)
  for i = 1, #hold_pairs, 2 do
    local _, bound = hold_of(hold_pairs[i + 1])
    if bound == counter then return {'bound', hold_pairs[i]} end
  end
  if team or since then
    if since then end_pause() end
    redis.call('HDEL', open_counters, counter)
    redis.call('HDEL', free_counters, counter)
    append_event(events, event_name, fill(event_template, {now = whole(now)}))
    shift(shifts, now, counter, 'closed', '')
  end
  team = nil
elseif verb == 'pause' then
  if not team and not since then return {'closed'} end
  local stale = since == 0 and not busy -- its visit was set aside as damaged
  if since and (reason ~= new_team or stale) then
    if since > 0 then go_on(paused_team) else end_pause() end
  end
  reason = new_team
  if not since and busy then
    since = 0
    redis.call('HSET', paused_counters, counter, '0|' .. reason .. '|' .. team)
    tell('counter.pause_planned', {counter = counter, reason = reason, at = '@now'})
  elseif not since then
    since, paused_team = now, team
    begin_pause(open_counters, free_counters, paused_counters, shifts, totals, events, now, counter, reason, team)
  end
elseif verb == 'resume' then
  if not team and not since then return {'closed'} end
  if since then go_on(paused_team) end
elseif verb == 'open' then
  local was_closed, before = not team and not since, team or paused_team
  if since then go_on(new_team) end
  if was_closed or before ~= new_team then
    redis.call('HSET', open_counters, counter, new_team)
    if was_closed and not busy then redis.call('HSET', free_counters, counter, whole(now)) end
    append_event(events, event_name, fill(event_template, {now = whole(now)}))
    shift(shifts, now, counter, 'open', new_team)
    team = new_team
  elseif not since then
    tell('counter.taken_over', {counter = counter, at = '@now'})
  end
end

local state = team and 'open' or 'closed'
if since and since > 0 then state, team = 'paused', paused_team end
if since then state = state .. '|' .. whole(since) .. '|' .. reason end
local services = cjson.decode(services_json)[team or ''] or {}
local lines = {
  whole(now), counter, counter_name, state, team or '', table.concat(services, ','),
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
