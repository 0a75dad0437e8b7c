-- What the scripts share; put before each of them when it is registered.

local MEMORY_SECONDS = 86400
local LOG_LENGTH = 20000
local LIKE_WAITS_KEPT = 100
local LIKE_WAITS_NEEDED = 30

-- The store's clock in ms, or the time a historic branch brings along.
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- An earlier answer to the same key, or nothing. A memo is the request's fingerprint, a newline
-- and the answer.
local function remembered(memo, fingerprint)
  if fingerprint == '' then return nil end
  local kept = redis.call('GET', memo)
  if not kept then return nil end
  local split = string.find(kept, '\n', 1, true)
  if string.sub(kept, 1, split - 1) ~= fingerprint then return {'reused'} end
  return {'replayed', string.sub(kept, split + 1)}
end

local function remember(memo, fingerprint, answer)
  if fingerprint ~= '' then
    redis.call('SET', memo, fingerprint .. '\n' .. answer, 'EX', MEMORY_SECONDS)
  end
end

local function whole(number)
  return string.format('%.0f', number)
end

-- A template with @names filled in.
local function filled(template, values)
  return (string.gsub(template, '"@(%a+)"', values))
end

-- Classes within which two waits are like: people ahead, and counters open that take the service.
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

-- Until when a hold keeps its visit back (0: not), what it is bound to ('': nothing, a counter's
-- name, or 'team:' and a team's), and the visit's place and service (nothing in a hold of version
-- 0.1.0).
local function hold_of(value)
  local bound, untl, rest = string.match(value, '^(.-)|(%d+)(.*)$')
  local place, service = string.match(rest, '^|(%d+)|(.*)$')
  return tonumber(untl), bound, tonumber(place), service
end

-- The counters that a place is counted over, as {name, set, turn, team}, with open and busy: how
-- many of them are. Their turns come in the order of turn. takers is what Branch.takers gives.
-- Where none is open: each without a team, or where all are of one team, as that team.
local function counters_of(takers, open_counters, busy_counters)
  local found = {open = 0, busy = 0}
  local with_visit = {}
  for _, name in ipairs(redis.call('HKEYS', busy_counters)) do with_visit[name] = true end
  local teams = redis.call('HGETALL', open_counters)
  for i = 1, #teams, 2 do
    local from, to = string.find(takers, '|' .. teams[i] .. '/' .. teams[i + 1] .. '=', 1, true)
    if from then
      local busy = with_visit[teams[i]]
      if busy then found.busy = found.busy + 1 end
      found[#found + 1] = {
        name = teams[i], set = string.match(takers, '^%d+', to + 1),
        turn = busy and from + #takers or from, team = teams[i + 1],
      }
    end
  end
  found.open = #found
  if #found == 0 then
    local teamless = string.find(takers, '/=', 1, true) ~= nil
    for from, name, team, set in string.gmatch(takers, '()|([^|/;]*)/([^|=;]*)=(%d+)') do
      if team == '' or not teamless then
        found[#found + 1] = {name = name, set = set, turn = from, team = team}
      end
    end
  end
  return found
end

-- The services of a set, in a list.
local function services_of(takers, set)
  local services = {}
  local from, to = string.find(takers, ';' .. set .. '=', 1, true)
  for service in string.gmatch(string.match(takers, '^[^;]*', to + 1), '[^,]+') do
    services[#services + 1] = service
  end
  return services
end

-- The holds of others that keep their visit out of the order of places, as {id, untl, bound,
-- place, service}; and until when the visit itself is held (0: not).
local function holds_of_others(holds, id, now)
  local others, mine = {}, 0
  if redis.call('HLEN', holds) == 0 then return others, mine end
  local all = redis.call('HGETALL', holds)
  for i = 1, #all, 2 do
    local untl, bound, place, service = hold_of(all[i + 1])
    if all[i] == id then
      if untl > now then mine = untl end
    elseif place and (untl > now or bound ~= '') then
      others[#others + 1] = {
        id = all[i], untl = untl > now and untl or 0, bound = bound, place = place, service = service,
      }
    end
  end
  return others, mine
end

-- Goes through the visits by place; each takes the first turn that is free at a counter that may
-- call it. Counters that may call the same are one class: turns is which of all turns they have,
-- taken how many of them are taken, free the first that is not. bound has the places of those who
-- are bound, by the counter's name or 'team:' and the team's. known is how far an earlier ticket
-- got, as {place, taken of each class}, or nil. Gives the first free turn and what is taken.
local function first_free_turn(queues, counters, sets, bound, skip, place, known)
  local classes, of_key, of_service, groups, group_of = {}, {}, {}, {}, {}
  local count, floor = #counters, math.floor
  for index, counter in ipairs(counters) do
    local key = counter.set
    if bound['team:' .. counter.team] then key = key .. '@' .. counter.team end
    if bound[counter.name] then key = '@' .. counter.name end
    local class = of_key[key]
    if not class then
      class = {turns = {}, taken = 0, free = index - 1, set = counter.set, team = counter.team}
      classes[#classes + 1], of_key[key] = class, class
    end
    class.turns[#class.turns + 1] = index - 1
  end
  local function take(class, turns_taken)
    local turns = class.turns
    class.taken = turns_taken
    class.free = floor(turns_taken / #turns) * count + turns[turns_taken % #turns + 1]
  end
  if known then
    for i, class in ipairs(classes) do take(class, known.taken[i]) end
  end
  local function group(members)
    local names = {}
    for i, class in ipairs(members) do names[i] = class.turns[1] end
    local name = table.concat(names, ',')
    if not group_of[name] then
      groups[#groups + 1] = members
      group_of[name] = #groups
    end
    return group_of[name]
  end
  for _, class in ipairs(classes) do
    for _, service in ipairs(sets[class.set]) do
      of_service[service] = of_service[service] or {}
      table.insert(of_service[service], class)
    end
  end
  -- One number for each visit, its place before the group that it belongs to, so that sorting is
  -- quick. Relative to the visit's own place they are exact for a hundred days.
  local line = {}
  local from, to = known and known.place or '-inf', '(' .. whole(place)
  for service, members in pairs(of_service) do
    local number = group(members)
    local page = redis.call('ZRANGEBYSCORE', queues .. service, from, to, 'WITHSCORES')
    for i = 1, #page, 2 do
      if not skip[page[i]] then line[#line + 1] = (page[i + 1] - place) * 1024 + number end
    end
  end
  for name, places in pairs(bound) do
    local members = {of_key['@' .. name]}
    for _, class in ipairs(classes) do
      if name == 'team:' .. class.team then members[#members + 1] = class end
    end
    local number = group(members)
    for _, theirs in ipairs(places) do line[#line + 1] = (theirs - place) * 1024 + number end
  end
  table.sort(line)
  for _, entry in ipairs(line) do
    local members = groups[entry % 1024]
    local first = members[1]
    for i = 2, #members do
      if members[i].free < first.free then first = members[i] end
    end
    take(first, first.taken + 1)
  end
  local free, taken = classes[1].free, {}
  for i, class in ipairs(classes) do
    free = math.min(free, class.free)
    taken[i] = class.taken
  end
  return free, taken
end

-- The same, going on from where the last ticket got. turns is a hash: service → the counters,
-- until when no delay ends, a place, and what is taken of those before it. A commit that has anybody
-- join or leave a queue deletes it, and so does a ticket that is not behind all others.
local function first_free_turn_kept(queues, counters, sets, skip, place, turns, service, now, untl)
  local names = {turns.revision}
  for _, counter in ipairs(counters) do names[#names + 1] = counter.name .. '=' .. counter.set end
  local line, known = table.concat(names, ','), nil
  local kept = redis.call('HGET', turns.key, service)
  if kept then
    local whose, ends, at, taken = string.match(kept, '^(.-)|(%d+)|(%d+)|(.*)$')
    if whose == line and now < tonumber(ends) then
      known = {place = at, taken = {}}
      for number in string.gmatch(taken, '%d+') do known.taken[#known.taken + 1] = tonumber(number) end
    end
  end
  local free, taken = first_free_turn(queues, counters, sets, {}, skip, place, known)
  local state = {line, whole(untl), whole(place), table.concat(taken, ',')}
  redis.call('HSET', turns.key, service, table.concat(state, '|'))
  return free
end

-- People who would be called before a waiting visit; visits/rules/ahead.py explains the rule. The
-- counters are those of counters_of. Where all of them may call the same it is enough to count.
-- With turns, {key, revision}, what is worked out for one ticket is kept for the next.
local function position(queues, holds, counters, takers, id, service, place, now, turns)
  local others, mine = holds_of_others(holds, id, now)
  local sets, meant, takes, distinct = {}, {}, {}, 0
  for _, counter in ipairs(counters) do
    for _, bound in ipairs({counter.name, 'team:' .. counter.team}) do
      meant[bound] = (meant[bound] or 0) + 1
    end
    if not sets[counter.set] then
      sets[counter.set] = services_of(takers, counter.set)
      distinct = distinct + 1
      for _, taken in ipairs(sets[counter.set]) do takes[taken] = true end
    end
  end
  local bound, skip, uneven, next_end = {}, {}, distinct > 1, 1e15
  for _, other in ipairs(others) do
    skip[other.id] = true
    if other.untl > 0 then next_end = math.min(next_end, other.untl) end
    local able = other.bound ~= '' and meant[other.bound]
    if able and other.untl == 0 and other.place < place then
      bound[other.bound] = bound[other.bound] or {}
      table.insert(bound[other.bound], other.place)
      uneven = uneven or able < #counters
    end
  end
  if uneven and mine == 0 then
    table.sort(counters, function(one, other) return one.turn < other.turn end)
    if turns and not next(bound) then
      return first_free_turn_kept(
        queues, counters, sets, skip, place, turns, service, now, next_end)
    end
    return (first_free_turn(queues, counters, sets, bound, skip, place))
  end

  local ahead, end_ = 0, mine == 0 and '(' .. whole(place) or '+inf'
  for taken in pairs(takes) do
    ahead = ahead + redis.call('ZCOUNT', queues .. taken, '-inf', end_)
  end
  if mine > 0 and takes[service] then ahead = ahead - 1 end
  for _, other in ipairs(others) do
    if takes[other.service] and (mine > 0 or other.place < place) then ahead = ahead - 1 end
    local may_be_called = takes[other.service]
    if other.bound ~= '' then may_be_called = meant[other.bound] end
    local earlier = other.untl < mine or (other.untl == mine and other.place < place)
    if may_be_called and earlier then ahead = ahead + 1 end
  end
  return ahead
end

-- The wait that a visit may expect, 'low|high', or nothing: too little is known of waits like it,
-- or no counter is open that takes its service.
local function expected(estimates, service, ahead, counters)
  if counters.open == 0 then return nil end
  return redis.call('HGET', estimates, like(service, ahead, counters.open))
end

-- What a citizen is told: 'now|position|low|high' and a newline, then the visit's document. Empty
-- fields where the visit does not wait or the history is too short.
local function answer(now, place, estimate, document)
  return whole(now) .. '|' .. place .. '|' .. (estimate or '|') .. '\n' .. document
end

-- Add one wait to its like and renew their 10th and 90th percentile (nearest rank).
local function learn(waits, estimates, field, seconds)
  local kept = redis.call('HGET', waits, field)
  local all = {}
  for value in string.gmatch(kept or '', '%d+') do all[#all + 1] = value end
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

local function tell(events, name, data)
  return redis.call('XADD', events, 'MAXLEN', '~', LOG_LENGTH, '*', 'event', name, 'data', data)
end

-- Note that a counter was opened, handed to another team, or closed.
local function shift(shifts, now, counter, state, team)
  redis.call('ZADD', shifts, whole(now), whole(now) .. '|' .. counter .. '|' .. state .. '|' .. team)
end

local function add_all(key, increments)
  for field, n in pairs(increments) do
    if n ~= 0 then redis.call('HINCRBY', key, field, n) end
  end
end

