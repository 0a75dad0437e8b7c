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
  return service .. '|' .. class_of(ahead, {0, 1, 2, 4, 7, 12, 20, 35}) .. '|' .. class_of(open, {0, 1, 2, 4})
end

-- How many open counters take a service; takers is branch.takers, '|counter/team|…|'.
local function open_for(open_counters, takers)
  local open = redis.call('HGETALL', open_counters)
  local count = 0
  for i = 1, #open, 2 do
    if string.find(takers, '|' .. open[i] .. '/' .. open[i + 1] .. '|', 1, true) then count = count + 1 end
  end
  return count
end

-- Until when a hold keeps its visit back (0: not), and the one counter it is for ('': any).
local function hold_of(value)
  local counter, untl = string.match(value, '^(.-)|(%d+)$')
  return tonumber(untl), counter
end

-- People who would be called before a waiting visit: those ahead of it, less the ones who asked
-- for a delay that still runs; behind them all when the visit itself has asked for one.
local function position(queue, holds, id, now)
  local rank = redis.call('ZRANK', queue, id)
  if not rank or redis.call('HLEN', holds) == 0 then return rank or 0 end
  local held = redis.call('HGETALL', holds)
  local mine, others, ahead = 0, {}, 0
  for i = 1, #held, 2 do
    local untl = hold_of(held[i + 1])
    if untl > now then
      if held[i] == id then mine = untl else others[#others + 1] = {held[i], untl} end
    end
  end
  if mine > 0 then ahead = redis.call('ZCARD', queue) - 1 else ahead = rank end
  for _, other in ipairs(others) do
    local theirs = redis.call('ZRANK', queue, other[1])
    if theirs and mine > 0 then
      if other[2] > mine or (other[2] == mine and theirs > rank) then ahead = ahead - 1 end
    elseif theirs and theirs < rank then
      ahead = ahead - 1
    end
  end
  return ahead
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

