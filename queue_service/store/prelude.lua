-- Functions that the scripts share; put before each of them when it is registered.

local MEMORY_SECONDS = 86400
local LOG_LENGTH = 20000
local LIKE_WAITS_KEPT = 100
local LIKE_WAITS_NEEDED = 30
-- A queue is long from so many people ahead on, if it is so many for each open counter, too.
local LONG_QUEUE, LONG_AT_COUNTER = 13, 3
local EXACT_UP_TO = 100
-- So much (ms) the time of a decision about a kept visit may differ from the store's clock.
local KEPT_CLOCK_MS = 500
local HOLDS_AT_ONCE = 100

-- The store's clock in ms, or the time that a historic branch states.
local function clock(now_text)
  if now_text ~= '' then return tonumber(now_text) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- An earlier answer to the same idempotency key, or nothing. Stored under a key are the request's
-- fingerprint, a newline and the answer. Its expiry is set to its current value: a write, so that
-- waiting for the replicas after this covers everything before it, too.
local function remembered(key, fingerprint)
  if fingerprint == '' then return nil end
  local stored = redis.call('GET', key)
  if not stored then return nil end
  local split = string.find(stored, '\n', 1, true)
  if string.sub(stored, 1, split - 1) ~= fingerprint then return {'reused'} end
  redis.call('PEXPIRE', key, math.max(1, redis.call('PTTL', key)))
  return {'replayed', string.sub(stored, split + 1)}
end

-- For a day, or for so many ms if the remaining time would reveal too much.
local function remember(key, fingerprint, answer, lifetime_ms)
  if fingerprint ~= '' then
    local lifetime = lifetime_ms or MEMORY_SECONDS * 1000
    redis.call('SET', key, fingerprint .. '\n' .. answer, 'PX', lifetime)
  end
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Fill in the @names of a template.
local function fill(template, values)
  return (string.gsub(template, '"@(%a+)"', values))
end

-- The input of a decision about a visit: now, its document, when the day was closed ('' never),
-- and each open counter with its team.
local function basis(now, document, config, open_counters)
  local closed_at = redis.call('HGET', config, 'closed_at') or ''
  return {whole(now), document, closed_at, unpack(redis.call('HGETALL', open_counters))}
end

-- Classes within which two waits are like: people ahead, and counters open that take the service.
local function class_of(number, bounds)
  for index, bound in ipairs(bounds) do
    if number <= bound then return index - 1 end
  end
  return #bounds
end

-- The kinds of a wait, nearest first: same service, people ahead and open counters; same service and
-- people ahead; and three of waits divided by one more than the people ahead ('each'): of the service
-- with an empty queue, a few or more people ahead, of the whole service, and of all services that had
-- too few waits then. A kind is used where too few waits of the earlier ones are known.
-- visits/rules/wait_estimate.py has the same.
local function kinds_of_wait(service, ahead, open)
  local people = service .. '|' .. class_of(ahead, {0, 1, 2, 4, 7, 12, 20, 35, 60, 100})
  local each = service .. '|each'
  return people .. '|' .. class_of(open, {0, 1, 2, 4}), people, each .. '|' .. class_of(ahead, {0, 3}), each, '|each'
end

-- Until when a hold keeps its visit back (0: not), what it is bound to ('': nothing, a counter's
-- name, or 'team:' and a team's), and the visit's place and service (nothing in a hold of
-- version 0.1.0).
local function hold_of(value)
  local bound, expires, rest = string.match(value, '^(.-)|(%d+)(.*)$')
  local place, service = string.match(rest, '^|(%d+)|(.*)$')
  return tonumber(expires), bound, tonumber(place), service
end

-- The open counters over which a position is counted, as {name, set, turn, team}, with busy: how many
-- of them have a visit; and the part of takers that has them. Their turns come in the order of turn.
-- takers is the result of Branch.takers.
local function open_takers(takers, open_counters, busy_counters)
  local split = string.find(takers, '\n', 1, true)
  if split then
    local of_all = string.sub(takers, 1, split - 1)
    local able = open_takers(of_all, open_counters, busy_counters)
    if #able > 0 then return able, of_all end
    takers = string.sub(takers, split + 1)
  end
  local found = {busy = 0}
  local teams = redis.call('HGETALL', open_counters)
  for i = 1, #teams, 2 do
    local from, to = string.find(takers, '|' .. teams[i] .. '/' .. teams[i + 1] .. '=', 1, true)
    if from then
      local set = string.match(takers, '^%d+', to + 1)
      found[#found + 1] = {name = teams[i], set = set, turn = from, team = teams[i + 1]}
    end
  end
  if #found == 0 then return found, takers end
  local with_visit = {}
  for _, name in ipairs(redis.call('HKEYS', busy_counters)) do with_visit[name] = true end
  for _, counter in ipairs(found) do
    if with_visit[counter.name] then
      counter.turn = counter.turn + #takers
      found.busy = found.busy + 1
    end
  end
  return found, takers
end

-- As open_takers of one text without a line break, in numbers alone, which costs less: how many open
-- counters take the visit, how many of these have one, and how many counters have a visit at all.
local function count_takers(takers, open_counters, busy_counters)
  local able, open, busy = {}, 0, 0
  local teams, with_visit = redis.call('HGETALL', open_counters), redis.call('HKEYS', busy_counters)
  for i = 1, #teams, 2 do
    if string.find(takers, '|' .. teams[i] .. '/' .. teams[i + 1] .. '=', 1, true) then
      able[teams[i]], open = true, open + 1
    end
  end
  for i = 1, #with_visit do
    if able[with_visit[i]] then busy = busy + 1 end
  end
  return open, busy, #with_visit
end

-- The counters over which a position is counted while none is open: each without a team, or where all
-- are of one team, as that team.
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

-- The services of a set, in a list.
local function services_of(takers, set)
  local from, to = string.find(takers, ';' .. set .. '=', 1, true)
  return cjson.decode(string.match(takers, '^[^;]*', to + 1))
end

-- The holds of others that keep their visit out of the order of the queue, as {id, expires, bound,
-- place, service}; and until when the visit itself is held (0: not).
local function holds_of_others(holds, id, now)
  local others, mine = {}, 0
  if redis.call('HLEN', holds) == 0 then return others, mine end
  local all = redis.call('HGETALL', holds)
  for i = 1, #all, 2 do
    local expires, bound, place, service = hold_of(all[i + 1])
    if all[i] == id then
      if expires > now then mine = expires end
    elseif place and (expires > now or bound ~= '') then
      others[#others + 1] = {
        id = all[i], expires = expires > now and expires or 0, bound = bound, place = place, service = service,
      }
    end
  end
  return others, mine
end

-- How many wait for the services of the counters, up to a place: of each service (by_service)
-- and altogether (all); with it the services of each set, and whether there is one set for all
-- (alike). Without a place all count.
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

-- How many of the counters are meant by a counter's name, or by 'team:' and a team's.
local function meant_by(counters)
  local meant = {}
  for _, counter in ipairs(counters) do
    local team = 'team:' .. counter.team
    meant[counter.name] = 1
    meant[team] = (meant[team] or 0) + 1
  end
  return meant
end

-- A line is a list of ids and places by turns, earliest first. at is the index of the next
-- visit's place, head that place, infinite at the end. Visits in aside are skipped.
local function come_next(line, at, aside)
  while aside[line[at - 1]] do at = at + 2 end
  line.at, line.head = at, (line[at] or math.huge) + 0
end

-- The visits that wait in a queue up to a place, as a line.
local function line_in(queue, up_to, aside)
  local line = redis.call('ZRANGEBYSCORE', queue, '-inf', up_to, 'WITHSCORES')
  come_next(line, 2, aside)
  return line
end

-- The bound visits, as a line; their places are enough.
local function line_of_keys(places)
  table.sort(places)
  local line = {}
  for i, place in ipairs(places) do line[2 * i - 1], line[2 * i] = '', place end
  come_next(line, 2, {})
  return line
end

-- For each counter, in the order of their turns, the lines that it calls from.
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

-- The first turn at which a counter finds its lines empty. The counters come free in turn, and each
-- calls the earliest of all its lines.
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

-- People who would be called before a waiting visit; visits/rules/ahead.py explains the rule. The
-- counters are those that open_takers returns. If all of them may call the same it is enough to
-- count. last: no place is later and there are no holds, so that all who wait are counted, which is quicker.
local function people_ahead(queues, holds, counters, takers, id, service, place, now, last)
  if #counters == 0 then counters = configured_takers(takers) end
  local others, mine = {}, 0
  if not last then others, mine = holds_of_others(holds, id, now) end
  local up_to = mine == 0 and '(' .. whole(place) or '+inf'
  local waiting = waiting_for(queues, counters, takers, not last and up_to)
  local ahead, alike, bound, aside = waiting.all, waiting.alike, {}, {}
  if mine > 0 and waiting.by_service[service] then ahead = ahead - 1 end
  local meant = #others > 0 and meant_by(counters)
  for _, other in ipairs(others) do
    aside[other.id] = true
    local able = waiting.by_service[other.service] and #counters
    if able and (mine > 0 or other.place < place) then ahead = ahead - 1 end
    if other.bound ~= '' then able = meant[other.bound] end
    if able and (other.expires < mine or (other.expires == mine and other.place < place)) then
      ahead = ahead + 1
      if other.bound ~= '' then
        bound[other.bound] = bound[other.bound] or {}
        table.insert(bound[other.bound], other.place)
        alike = alike and able == #counters
      end
    end
  end
  if alike or mine > 0 or ahead == 0 or ahead > EXACT_UP_TO then return ahead end

  local line_of = {}
  for name, number in pairs(waiting.by_service) do
    if number > 0 then line_of[name] = line_in(queues .. name, up_to, aside) end
  end
  for name, places in pairs(bound) do bound[name] = line_of_keys(places) end
  return first_free_turn(lines_by_turn(counters, waiting.sets, line_of, bound), aside)
end

-- One end of a wait, in seconds, by the constant and the five coefficients from an index of the list on.
local function regressed_end(of, at, ahead, counters, same, head)
  local sum = of[at] + of[at + 1] * ahead + of[at + 2] * counters + of[at + 3] * same + of[at + 4] * head
    + of[at + 5] * (head * head)
  return math.min(math.exp(math.max(0, math.min(sum, 20))) - 1, of[1])
end

-- The wait by the regression of its service, 'low|high', or nothing if that is not a list of 14 numbers.
-- ahead, counters and same are numbers of people and counters, head is in seconds. The upper end is no
-- less than the people ahead need at the open counters.
-- visits/rules/regression.py explains it and has the same.
local function regressed(stored, ahead, counters, same, head)
  local of, log = cjson.decode(stored), math.log
  if #of ~= 14 then return nil end
  local people, open = log(1 + ahead), log(1 + counters)
  same, head = log(1 + same), log(1 + math.max(0, head))
  local low = regressed_end(of, 3, people, open, same, head)
  local high = regressed_end(of, 9, people, open, same, head)
  local need = math.floor(of[2] * ahead / (1000 * counters))
  return string.format('%.0f|%.0f', math.floor(math.min(low, high)), math.max(need, math.ceil(math.max(low, high))))
end

-- The wait that a visit may expect by waits like it, 'low|high', or nothing if too little is known
-- of them. In a long queue waits vary more than those seen last, so the range is wider there. Its upper
-- end is no less than the people ahead need at the open counters: it may be of days with more of these.
local function expected_alike(estimates, service, ahead, open)
  local wide = ahead >= LONG_QUEUE and ahead >= LONG_AT_COUNTER * open and '|wide' or ''
  local same, people, band, service_alone, any_new = kinds_of_wait(service, ahead, open)
  local known = redis.call('HMGET', estimates, same .. wide, service .. '|turn')
  local range, turn = known[1], known[2]
  if not range then
    -- Version 0.4.0 kept no wide ranges: the last one makes up for it.
    local found = redis.call('HMGET', estimates, people .. wide, band .. wide, service_alone .. wide, any_new .. wide, same)
    local each = found[2] or found[3] or found[4]
    range = found[1] or not each and found[5]
    if not range and not each then return nil end
    if not range then
      local low, high = string.match(each, '^(%d+)|(%d+)$')
      range = whole(math.floor(low * (ahead + 1) / 1000)) .. '|' .. whole(math.ceil(high * (ahead + 1) / 1000))
    end
  end
  if not turn or ahead == 0 then return range end
  local need = math.floor(string.match(turn, '^%d+') * ahead / (1000 * open))
  local low, high = string.match(range, '^(%d+)|(%d+)$')
  return need <= tonumber(high) and range or low .. '|' .. whole(need)
end

-- The wait that a visit may expect, 'low|high', or nothing: too little is known, or no counter is open
-- that takes its service. queue and since are those of the service, place is the visit's. last: the
-- visit is not in its queue yet, and no place in that is later. The regression has no range for a
-- visit with no one ahead.
local function expected(estimates, regression, service, ahead, open, queue, since, place, now, last)
  if open == 0 then return nil end
  local coefficients = ahead > 0 and redis.call('HGET', regression, service)
  if coefficients then
    local same = last and redis.call('ZCARD', queue) or redis.call('ZCOUNT', queue, '-inf', '(' .. whole(place))
    local head = 0
    -- Nothing fails here, after the first write.
    local first = same > 0 and redis.call('ZRANGE', since, 0, 0, 'WITHSCORES')[2]
    if first then head = (now - first) / 1000 end
    local range = regressed(coefficients, ahead, open, same, head)
    if range then return range end
  end
  return expected_alike(estimates, service, ahead, open)
end

-- The answer to a request: 'now|position|low|high', a newline and the visit's document. Fields
-- are empty if the visit does not wait or the history is too short.
local function answer(now, ahead, estimate, document)
  return whole(now) .. '|' .. ahead .. '|' .. (estimate or '|') .. '\n' .. document
end

-- Whether a new wait in place of an old one leaves a range as it is. The old one is neither of its
-- ends, and the new one not beyond one of them.
local function keeps(range, new, old)
  if not range then return false end
  local low, high = string.match(range, '^(%d+)|(%d+)$')
  low, high = tonumber(low), tonumber(high)
  if old < low then return new <= low end
  if old > high then return new >= high end
  return low < old and old < high and low <= new and new <= high
end

-- Add one wait to the last ones of a kind. Returns them as they are kept; and their 10th and 90th
-- percentile, with wide also their 5th and 95th (nearest rank), where these may be others than range
-- and range_wide, which are known. Most waits leave them, which saves sorting a hundred.
local function learn_as(earlier, range, range_wide, value, wide)
  local kept = (earlier and earlier .. ',' or '') .. whole(value)
  local _, before = string.gsub(kept, ',', '')
  if before >= LIKE_WAITS_KEPT then
    local oldest
    oldest, kept = string.match(kept, '^(%d+),(.*)$')
    oldest = tonumber(oldest)
    if keeps(range, value, oldest) and (not wide or keeps(range_wide, value, oldest)) then return kept end
  elseif before + 1 < LIKE_WAITS_NEEDED then
    return kept
  end
  local all = cjson.decode('[' .. kept .. ']')
  table.sort(all)
  local function between(below, above)
    return whole(all[math.ceil(#all * below / 100)]) .. '|' .. whole(all[math.ceil(#all * above / 100)])
  end
  return kept, between(10, 90), wide and between(5, 95)
end

local function learn(waits, estimates, wait)
  local kinds = {kinds_of_wait(wait.service, wait.ahead, wait.open)}
  if redis.call('HEXISTS', estimates, kinds[4]) == 1 then kinds[5] = nil end
  local long, each = wait.ahead >= LONG_QUEUE, math.floor(wait.seconds * 1000 / (wait.ahead + 1))
  local values, wide = {wait.seconds, wait.seconds, each, each, each}, {long, long, wait.ahead > 3, true, true}
  local fields = {}
  for i, kind in ipairs(kinds) do fields[i], fields[i + #kinds] = kind, kind .. '|wide' end
  local earlier, known = redis.call('HMGET', waits, unpack(kinds)), redis.call('HMGET', estimates, unpack(fields))
  local learnt, renewed = {}, {}
  for i, kind in ipairs(kinds) do
    local kept, range, range_wide = learn_as(earlier[i], known[i], known[i + #kinds], values[i], wide[i])
    learnt[2 * i - 1], learnt[2 * i] = kind, kept
    if range then renewed[#renewed + 1], renewed[#renewed + 2] = kind, range end
    if range_wide then renewed[#renewed + 1], renewed[#renewed + 2] = kind .. '|wide', range_wide end
  end
  redis.call('HSET', waits, unpack(learnt))
  if #renewed > 0 then redis.call('HSET', estimates, unpack(renewed)) end
end

local function append_event(events, name, data)
  return redis.call('XADD', events, 'MAXLEN', '~', LOG_LENGTH, '*', 'event', name, 'data', data)
end

-- Add an entry to the audit log and to its totals; '' adds none. A reply that was lost has a script
-- run again: an entry that is there already is not added twice.
local function record(log, totals, entry)
  if entry == '' then return end
  for _, earlier in ipairs(redis.call('XREVRANGE', log, '+', '-', 'COUNT', 20)) do
    if earlier[2][2] == entry then return end
  end
  redis.call('XADD', log, '*', 'entry', entry)
  redis.call('HINCRBY', totals, cjson.decode(entry).action, 1)
end

-- Note that a counter was opened, handed to another team, paused (with the reason for team), or
-- closed. In one millisecond only the last change counts, since nothing else shows which came last.
local function shift(shifts, now, counter, state, team)
  local at = whole(now)
  local this_counter = at .. '|' .. counter .. '|'
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', shifts, at, at)) do
    if string.sub(other, 1, #this_counter) == this_counter then redis.call('ZREM', shifts, other) end
  end
  redis.call('ZADD', shifts, at, this_counter .. state .. '|' .. team)
end

-- Since when a counter is paused (0: once its visit has left), why, and its team; nothing without a pause.
local function pause_of(value)
  if not value then return nil end
  local since, reason, team = string.match(value, '^(%d+)|(.-)|(.*)$')
  return tonumber(since), reason, team
end

-- Pause a counter that is free: it is not open meanwhile, so that nothing is called to it.
local function begin_pause(open_counters, free_counters, paused_counters, shifts, totals, events, now, counter, reason, team)
  redis.call('HDEL', open_counters, counter)
  redis.call('HDEL', free_counters, counter)
  redis.call('HSET', paused_counters, counter, whole(now) .. '|' .. reason .. '|' .. team)
  redis.call('HINCRBY', totals, 'paused|' .. reason, 1)
  shift(shifts, now, counter, 'paused', reason)
  local data = {counter = counter, reason = reason, at = '@now'}
  append_event(events, 'counter.paused', fill(cjson.encode(data), {now = whole(now)}))
end

-- Count how long a pause lasted, which is over. A pause of no length leaves nothing among the
-- shifts, so it is counted as taken back: no count falls.
local function count_pause(totals, now, since, reason)
  redis.call('HINCRBY', totals, 'paused_ms|' .. reason, whole(math.max(0, now - since)))
  if now <= since then redis.call('HINCRBY', totals, 'paused_back|' .. reason, 1) end
end

local function add_all(key, increments)
  for field, n in pairs(increments) do
    if n ~= 0 then redis.call('HINCRBY', key, field, n) end
  end
end


-- Forget the address of a visit's reminder. The messages that were begun stay so, lest one of them
-- is sent again to a citizen who comes back or asks once more.
local function forget_address(reminders, id)
  local stored = redis.call('HGET', reminders, id)
  if not stored then return end
  local reminder = cjson.decode(stored)
  if #reminder.begun == 0 then return redis.call('HDEL', reminders, id) end
  reminder.to = ''
  redis.call('HSET', reminders, id, cjson.encode(reminder))
end

-- Give a booked place of a slot back.
local function give_place(places, field)
  if redis.call('HINCRBY', places, field, -1) <= 0 then redis.call('HDEL', places, field) end
end

-- End the holds of places whose time is over, the oldest ones, without those in own. A booking that
-- was only held is no longer listed; one for which an earlier time was held stays. Returns how many.
local function end_holds(holds, places, bookings, changes, now, own)
  local ended = 0
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', holds, '-inf', whole(now), 'LIMIT', 0, HOLDS_AT_ONCE)) do
    if not own[member] then
      local code, field, rest = string.match(member, '^(%u+)|([^|]*|%d+)(.*)$')
      redis.call('ZREM', holds, member)
      give_place(places, field)
      if rest == '' then redis.call('ZREM', bookings, code) end
      ended = ended + 1
    end
  end
  if ended > 0 then redis.call('INCR', changes) end
  return ended
end
