-- Everything a branch's state shows, from one instant.
--
-- KEYS[1] config hash    KEYS[4] busy counters hash   KEYS[7] prefix of the queues, then a service
-- KEYS[2] events stream  KEYS[5] day hash             KEYS[8] prefix of the sinces, then a service
-- KEYS[3] open counters  KEYS[6] calls (sorted set)   KEYS[9] prefix of the visits, then an id
-- KEYS[10] free counters hash   KEYS[11] paused counters hash   KEYS[12] missed (sorted set)
-- KEYS[13] holds hash
-- ARGV[1] revision   ARGV[2] since, ARGV[3] until: ms between which the date holds
-- ARGV[4] now in ms, '' for the clock   ARGV[5] services (JSON list)
-- ARGV[6] waiting goals (JSON list of {id, ms, services})   ARGV[7] '1' if somebody may be carried over
-- ARGV[8] for how long the place of a missed number is kept (ms)
-- Gives {'stale', now} or {'done', now, event id, open counters, {counter, document, …},
--       day counts, {document of a call, …}, {waiting, oldest issue or '', its document or '', how many come later, …},
--       {goal, overdue, …}, {counter, since when it is free, …}, {counter, 'since|reason|team' of its pause, …},
--       {document of a missed visit whose place is kept, …}}

local config, events, open_counters, busy_counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local day_counts, recent_calls, queue_prefix, since_prefix = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local visit_prefix, free_counters, paused_counters, missed = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local holds = KEYS[13]
local revision, valid_from, valid_until, now_text = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local services_json, goals_json, carries, kept_ms = ARGV[5], ARGV[6], ARGV[7] == '1', tonumber(ARGV[8])

local now = clock(now_text)
if redis.call('HGET', config, 'revision') ~= revision then return {'stale', whole(now)} end
if now < tonumber(valid_from) or now >= tonumber(valid_until) then return {'stale', whole(now)} end

local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)
local event_id = last[1] and last[1][1] or '0-0'

local busy = redis.call('HGETALL', busy_counters)
for i = 2, #busy, 2 do busy[i] = redis.call('GET', visit_prefix .. busy[i]) end

local function documents(ids)
  local found = {}
  for _, id in ipairs(ids) do
    local document = redis.call('GET', visit_prefix .. id)
    if document then found[#found + 1] = document end
  end
  return found
end

local calls = documents(redis.call('ZREVRANGE', recent_calls, 0, 9))
local kept = documents(redis.call('ZREVRANGEBYSCORE', missed, '+inf', '(' .. whole(now - kept_ms)))

-- Visits whose citizens asked for a later time do not wait yet, and are counted apart.
local comes_later, later_by_service = {}, {}
local hold_pairs = redis.call('HGETALL', holds)
for i = 1, #hold_pairs, 2 do
  local expires, _, _, service = hold_of(hold_pairs[i + 1])
  if service and expires > now then
    comes_later[hold_pairs[i]] = true
    later_by_service[service] = (later_by_service[service] or 0) + 1
  end
end

local queues = {}
for _, service in ipairs(cjson.decode(services_json)) do
  local later = later_by_service[service] or 0
  local first = redis.call('ZRANGE', since_prefix .. service, 0, later, 'WITHSCORES')
  local oldest = {}
  for i = #first, 2, -2 do
    if not comes_later[first[i - 1]] then oldest = {first[i - 1], first[i]} end
  end
  queues[#queues + 1] = redis.call('ZCARD', queue_prefix .. service) - later
  queues[#queues + 1] = oldest[2] and whole(math.floor(tonumber(oldest[2]))) or ''
  queues[#queues + 1] = carries and oldest[1] and redis.call('GET', visit_prefix .. oldest[1]) or ''
  queues[#queues + 1] = later
end

local overdue = {}
for _, goal in ipairs(cjson.decode(goals_json)) do
  local count = 0
  for _, service in ipairs(goal.services) do
    local late = redis.call('ZRANGEBYSCORE', since_prefix .. service, '-inf', '(' .. whole(now - goal.ms), 'WITHSCORES')
    for i = 2, #late, 2 do
      -- A score with a half has been called before: that wait is judged already.
      if tonumber(late[i]) % 1 == 0 and not comes_later[late[i - 1]] then count = count + 1 end
    end
  end
  overdue[#overdue + 1] = goal.id
  overdue[#overdue + 1] = count
end

return {
  'done', whole(now), event_id, redis.call('HGETALL', open_counters), busy, redis.call('HGETALL', day_counts), calls, queues, overdue,
  redis.call('HGETALL', free_counters), redis.call('HGETALL', paused_counters), kept,
}
