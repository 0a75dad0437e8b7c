#!lua

local MEMORY_SECONDS = 86400
local LOG_LENGTH = 20000
local LIKE_WAITS_KEPT = 100
local LIKE_WAITS_NEEDED = 30
local EXACT_UP_TO = 100

local function clock(now_text)
  if now_text ~= '' then return tonumber(now_text) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function remembered(key, fingerprint)
  if fingerprint == '' then return nil end
  local stored = redis.call('GET', key)
  if not stored then return nil end
  local split = string.find(stored, '\n', 1, true)
  if string.sub(stored, 1, split - 1) ~= fingerprint then return {'reused'} end
  redis.call('PEXPIRE', key, math.max(1, redis.call('PTTL', key)))
  return {'replayed', string.sub(stored, split + 1)}
end

local function remember(key, fingerprint, answer, lifetime_ms)
  if fingerprint ~= '' then
    local lifetime = lifetime_ms or MEMORY_SECONDS * 1000
    redis.call('SET', key, fingerprint .. '\n' .. answer, 'PX', lifetime)
  end
end

local function whole(number)
  return string.format('%.0f', number)
end

local function fill(template, values)
  return (string.gsub(template, '"@(%a+)"', values))
end

local function class_of(number, bounds)
  for index, bound in ipairs(bounds) do
    if number <= bound then return index - 1 end
  end
  return #bounds
end

local function like(service, ahead, open)
  local people = class_of(ahead, {0, 1, 2, 4, 7, 12, 20, 35, 60, 100})
  return service .. '|' .. people .. '|' .. class_of(open, {0, 1, 2, 4})
end

local function hold_of(value)
  local bound, expires, rest = string.match(value, '^(.-)|(%d+)(.*)$')
  local sort_key, service = string.match(rest, '^|(%d+)|(.*)$')
  return tonumber(expires), bound, tonumber(sort_key), service
end

local function open_takers(takers, open_counters, busy_counters)
  local found = {busy = 0}
  local teams = redis.call('HGETALL', open_counters)
  for i = 1, #teams, 2 do
    local from, to = string.find(takers, '|' .. teams[i] .. '/' .. teams[i + 1] .. '=', 1, true)
    if from then
      local set = string.match(takers, '^%d+', to + 1)
      found[#found + 1] = {name = teams[i], set = set, turn = from, team = teams[i + 1]}
    end
  end
  if #found == 0 then return found end
  local with_visit = {}
  for _, name in ipairs(redis.call('HKEYS', busy_counters)) do with_visit[name] = true end
  for _, counter in ipairs(found) do
    if with_visit[counter.name] then
      counter.turn = counter.turn + #takers
      found.busy = found.busy + 1
    end
  end
  return found
end

local function configured_takers(takers)
  local found = {}
  local teamless = string.find(takers, '/=', 1, true) ~= nil
  for from, name, team, set in string.gmatch(takers, '()|([^|/;]*)/([^|=;]*)=(%d+)') do
    if team == '' or not teamless then
      found[#found + 1] = {name = name, set = set, turn = from, team = team}
    end
  end
  return found
end

local function services_of(takers, set)
  local from, to = string.find(takers, ';' .. set .. '=', 1, true)
  return cjson.decode(string.match(takers, '^[^;]*', to + 1))
end

local function holds_of_others(holds, id, now)
  local others, mine = {}, 0
  if redis.call('HLEN', holds) == 0 then return others, mine end
  local all = redis.call('HGETALL', holds)
  for i = 1, #all, 2 do
    local expires, bound, sort_key, service = hold_of(all[i + 1])
    if all[i] == id then
      if expires > now then mine = expires end
    elseif sort_key and (expires > now or bound ~= '') then
      others[#others + 1] = {
        id = all[i], expires = expires > now and expires or 0, bound = bound, sort_key = sort_key, service = service,
      }
    end
  end
  return others, mine
end

local function waiting_for(queues, counters, takers, up_to)
  local by_service, all, sets, alike = {}, 0, {}, true
  for i = 1, #counters do
    local set = counters[i].set
    if not sets[set] then
      local services = services_of(takers, set)
      alike = next(sets) == nil
      sets[set] = services
      for j = 1, #services do
        local service = services[j]
        if not by_service[service] then
          local number = up_to and redis.call('ZCOUNT', queues .. service, '-inf', up_to)
            or redis.call('ZCARD', queues .. service)
          by_service[service], all = number, all + number
        end
      end
    end
  end
  return {by_service = by_service, all = all, sets = sets, alike = alike}
end

local function meant_by(counters)
  local meant = {}
  for _, counter in ipairs(counters) do
    local team = 'team:' .. counter.team
    meant[counter.name] = 1
    meant[team] = (meant[team] or 0) + 1
  end
  return meant
end

local function come_next(line, at, aside)
  while aside[line[at - 1]] do at = at + 2 end
  line.at, line.head = at, (line[at] or math.huge) + 0
end

local function line_in(queue, up_to, aside)
  local line = redis.call('ZRANGEBYSCORE', queue, '-inf', up_to, 'WITHSCORES')
  come_next(line, 2, aside)
  return line
end

local function line_of_keys(sort_keys)
  table.sort(sort_keys)
  local line = {}
  for i, sort_key in ipairs(sort_keys) do line[2 * i - 1], line[2 * i] = '', sort_key end
  come_next(line, 2, {})
  return line
end

local function lines_by_turn(counters, sets, line_of, bound)
  local of_set, by_turn, anybody_bound = {}, {}, next(bound)
  for set, services in pairs(sets) do
    local lines = {}
    for i = 1, #services do lines[#lines + 1] = line_of[services[i]] end
    of_set[set] = lines
  end
  table.sort(counters, function(one, other) return one.turn < other.turn end)
  for i, counter in ipairs(counters) do
    local lines = of_set[counter.set]
    if anybody_bound then
      lines = {unpack(lines)}
      lines[#lines + 1] = bound[counter.name]
      lines[#lines + 1] = bound['team:' .. counter.team]
    end
    by_turn[i] = lines
  end
  return by_turn
end

local function first_free_turn(by_turn, aside)
  local turn, nobody = 0, math.huge
  while true do
    for index = 1, #by_turn do
      local lines, earliest, first = by_turn[index], nobody, nil
      for i = 1, #lines do
        local line = lines[i]
        if line.head < earliest then earliest, first = line.head, line end
      end
      if not first then return turn end
      come_next(first, first.at + 2, aside)
      turn = turn + 1
    end
  end
end

local function position(queues, holds, counters, takers, id, service, sort_key, now, last)
  if #counters == 0 then counters = configured_takers(takers) end
  local others, mine = holds_of_others(holds, id, now)
  local up_to = mine == 0 and '(' .. whole(sort_key) or '+inf'
  local waiting = waiting_for(queues, counters, takers, not last and up_to)
  local ahead, alike, bound, aside = waiting.all, waiting.alike, {}, {}
  if mine > 0 and waiting.by_service[service] then ahead = ahead - 1 end
  local meant = #others > 0 and meant_by(counters)
  for _, other in ipairs(others) do
    aside[other.id] = true
    local able = waiting.by_service[other.service] and #counters
    if able and (mine > 0 or other.sort_key < sort_key) then ahead = ahead - 1 end
    if other.bound ~= '' then able = meant[other.bound] end
    if able and (other.expires < mine or (other.expires == mine and other.sort_key < sort_key)) then
      ahead = ahead + 1
      if other.bound ~= '' then
        bound[other.bound] = bound[other.bound] or {}
        table.insert(bound[other.bound], other.sort_key)
        alike = alike and able == #counters
      end
    end
  end
  if alike or mine > 0 or ahead == 0 or ahead > EXACT_UP_TO then return ahead end

  local line_of = {}
  for name, number in pairs(waiting.by_service) do
    if number > 0 then line_of[name] = line_in(queues .. name, up_to, aside) end
  end
  for name, sort_keys in pairs(bound) do bound[name] = line_of_keys(sort_keys) end
  return first_free_turn(lines_by_turn(counters, waiting.sets, line_of, bound), aside)
end

local function expected(estimates, service, ahead, counters)
  if #counters == 0 then return nil end
  return redis.call('HGET', estimates, like(service, ahead, #counters))
end

local function answer(now, ahead, estimate, document)
  return whole(now) .. '|' .. ahead .. '|' .. (estimate or '|') .. '\n' .. document
end

local function learn(waits, estimates, field, seconds)
  local stored = redis.call('HGET', waits, field)
  local all = {}
  for value in string.gmatch(stored or '', '%d+') do all[#all + 1] = value end
  all[#all + 1] = whole(seconds)
  if #all > LIKE_WAITS_KEPT then table.remove(all, 1) end
  redis.call('HSET', waits, field, table.concat(all, ','))
  if #all < LIKE_WAITS_NEEDED then return end
  local sorted = {}
  for i, value in ipairs(all) do sorted[i] = tonumber(value) end
  table.sort(sorted)
  local low = sorted[math.ceil(#sorted * 0.1)]
  local high = sorted[math.ceil(#sorted * 0.9)]
  redis.call('HSET', estimates, field, low .. '|' .. high)
end

local function append_event(events, name, data)
  return redis.call('XADD', events, 'MAXLEN', '~', LOG_LENGTH, '*', 'event', name, 'data', data)
end

local function shift(shifts, now, counter, state, team)
  local at = whole(now)
  local this_counter = at .. '|' .. counter .. '|'
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', shifts, at, at)) do
    if string.sub(other, 1, #this_counter) == this_counter then redis.call('ZREM', shifts, other) end
  end
  redis.call('ZADD', shifts, at, this_counter .. state .. '|' .. team)
end

local function pause_of(value)
  if not value then return nil end
  local since, reason, team = string.match(value, '^(%d+)|(.-)|(.*)$')
  return tonumber(since), reason, team
end

local function begin_pause(open_counters, free_counters, paused_counters, shifts, totals, events, now, counter, reason, team)
  redis.call('HDEL', open_counters, counter)
  redis.call('HDEL', free_counters, counter)
  redis.call('HSET', paused_counters, counter, whole(now) .. '|' .. reason .. '|' .. team)
  redis.call('HINCRBY', totals, 'paused|' .. reason, 1)
  shift(shifts, now, counter, 'paused', reason)
  local data = {counter = counter, reason = reason, at = '@now'}
  append_event(events, 'counter.paused', fill(cjson.encode(data), {now = whole(now)}))
end

local function count_pause(totals, now, since, reason)
  redis.call('HINCRBY', totals, 'paused_ms|' .. reason, whole(math.max(0, now - since)))
  if now <= since then redis.call('HINCRBY', totals, 'paused_back|' .. reason, 1) end
end

local function add_all(key, increments)
  for field, n in pairs(increments) do
    if n ~= 0 then redis.call('HINCRBY', key, field, n) end
  end
end


local stored_visit, idempotency_key, rate, config = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local queue, since, holds, open_counters = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local busy_counters, numbers, open_numbers, totals = KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local day_counts, day_index, days, events = KEYS[13], KEYS[14], KEYS[15], KEYS[16]
local estimates, counters_last_seen, free_counters = KEYS[17], KEYS[18], KEYS[19]
local queue_prefix, parked = KEYS[20], KEYS[21]
local revision, fingerprint, now_text, valid_from = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local valid_until, date, day_number, prefix, service = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local head_start_ms, document_template, event_name = ARGV[10], ARGV[11], ARGV[12]
local event_template, takers, counter, counter_team = ARGV[13], ARGV[14], ARGV[15], ARGV[16]
local tickets_a_minute, visit_id, extras, cap = ARGV[17], ARGV[18], ARGV[19], ARGV[20]
local more = extras ~= '' and cjson.decode(extras) or nil

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local earlier_document = redis.call('GET', stored_visit)
local now = clock(now_text)
if earlier_document then
  local sort_key = redis.call('ZSCORE', queue, visit_id)
  if not sort_key then return {'done', answer(now, '', nil, earlier_document)} end
  local counters = open_takers(takers, open_counters, busy_counters)
  local ahead = position(queue_prefix, holds, counters, takers, visit_id, service, tonumber(sort_key), now)
  return {'done', answer(now, ahead, expected(estimates, service, ahead, counters), earlier_document)}
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
local capped = 'kiosk|' .. service
if cap ~= '' and tonumber(redis.call('HGET', day_counts, capped) or 0) >= tonumber(cap) then return {'full'} end
local limit = tonumber(tickets_a_minute)
if limit > 0 then
  local used = tonumber(redis.call('GET', rate) or 0)
  if used >= limit then return {'limited', math.max(1, redis.call('TTL', rate))} end
end

local n, number
repeat
  n = redis.call('HINCRBY', numbers, prefix, 1)
  number = string.format('%s%03d', prefix, n)
until redis.call('HSETNX', open_numbers, number, visit_id) == 1
local sequence = redis.call('RPUSH', day_index, visit_id)
local sort_key = whole((now - head_start_ms) * 1000 + sequence % 1000)
local values = {now = whole(now), place = sort_key, number = '"' .. number .. '"'}
local event = append_event(events, event_name, fill(event_template, values))
local last = now_text == '' and tonumber(head_start_ms) == 0 and string.sub(event, -2) == '-0'
local ahead, estimate = '', nil
if counter == '' then
  local counters = open_takers(takers, open_counters, busy_counters)
  if last and string.sub(takers, 1, 1) == '*' and redis.call('HLEN', holds) == 0 then
    ahead = redis.call('HLEN', open_numbers) - 1 - redis.call('HLEN', busy_counters) - redis.call('HLEN', parked)
  else
    ahead = position(queue_prefix, holds, counters, takers, visit_id, service, tonumber(sort_key), now, last)
  end
  estimate = expected(estimates, service, ahead, counters)
  values.ahead, values.open, values.busy = ahead, #counters, counters.busy
  values.range = estimate and '[' .. string.gsub(estimate, '|', ',') .. ']' or 'null'
end

if sequence == 1 then redis.call('ZADD', days, day_number, date) end
if counter == '' then
  redis.call('ZADD', queue, sort_key, visit_id)
  redis.call('ZADD', since, whole(now), visit_id)
else
  redis.call('HSET', busy_counters, counter, visit_id)
  redis.call('HSET', counters_last_seen, counter, whole(now))
  redis.call('HDEL', free_counters, counter)
end
if more then
  if more.bound ~= '' then
    redis.call('HSET', holds, visit_id, more.bound .. '|0|' .. sort_key .. '|' .. service)
  end
  add_all(KEYS[22], more.day)
  add_all(totals, more.totals)
end
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
