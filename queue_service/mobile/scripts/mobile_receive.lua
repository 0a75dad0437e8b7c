-- Take in a day that a mobile branch has sent, if everything of it is still as it was read.
-- Either everything below is written or nothing is.
--
-- KEYS[1] config hash       KEYS[8]  day hash             KEYS[14] waits hash        KEYS[20] free counters
-- KEYS[2] marks hash        KEYS[9]  summary (string)     KEYS[15] estimates hash    KEYS[21] holds hash
-- KEYS[3] sent counts hash  KEYS[10] month (string)       KEYS[16] events (stream)   KEYS[22] parked hash
-- KEYS[4] answers (hash)    KEYS[11] totals hash          KEYS[17] open numbers      KEYS[23] calls (sorted set)
-- KEYS[5] saved (hash)      KEYS[12] numbers of the day   KEYS[18] open counters
-- KEYS[6] index (list)      KEYS[13] shifts (sorted set)  KEYS[19] busy counters
-- KEYS[7] days (sorted set) KEYS[24] mobile hash        KEYS[25] contacts (hash)
-- KEYS[26] paused counters hash                         KEYS[27] numbers on paper (hash)
-- KEYS[28] notes on days (hash)                         KEYS[29] versions sent last (hash)
-- KEYS[30] visits that both sides changed (hash)
-- then a queue and a since (sorted sets) for each service, then the visits (strings)
-- ARGV[1] mark as read, '' for none   ARGV[2] new mark   ARGV[3] date   ARGV[4] the same as a number
-- ARGV[5] how many services   ARGV[6] the plan as JSON (mobile/operations/day_change.py)
-- ARGV[7] how many packages had been taken in when the plan was made
-- ARGV[8 on] for each visit its document as read ('' for none, '*' for any) and as it becomes
-- Gives {'done'} {'changed'} {'gone'}

local config, marks, sent_counts, feedback, saved = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local day_index, days, day_counts, summary, month = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local totals, numbers, shifts, waits, estimates = KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local events, open_numbers, open_counters, busy_counters = KEYS[16], KEYS[17], KEYS[18], KEYS[19]
local free_counters, holds, parked, calls = KEYS[20], KEYS[21], KEYS[22], KEYS[23]
local mark_read, new_mark, date, day_number = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local services, plan = tonumber(ARGV[5]), cjson.decode(ARGV[6])
local received, mobile = ARGV[7], KEYS[24]
local contacts, paused_counters, on_paper = KEYS[25], KEYS[26], KEYS[27]
local FIRST_QUEUE, FIRST_DOCUMENT = 31, 8
local day_notes, sent_versions, twice = KEYS[28], KEYS[29], KEYS[30]
local first_visit = FIRST_QUEUE + 2 * services

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
if (redis.call('HGET', marks, date) or '') ~= mark_read then return {'changed'} end
if (redis.call('HGET', mobile, 'received') or '0') ~= received then return {'changed'} end
for i = first_visit, #KEYS do
  local read = ARGV[FIRST_DOCUMENT + 2 * (i - first_visit)]
  if read ~= '*' and (redis.call('GET', KEYS[i]) or '') ~= read then return {'changed'} end
end

for i = first_visit, #KEYS do
  local document = ARGV[FIRST_DOCUMENT + 1 + 2 * (i - first_visit)]
  redis.call('SET', KEYS[i], document)
end
redis.call('DEL', summary, month)
if #plan.index > 0 then
  redis.call('DEL', day_index)
  for start = 1, #plan.index, 500 do
    redis.call('RPUSH', day_index, unpack(plan.index, start, math.min(start + 499, #plan.index)))
  end
  redis.call('ZADD', days, day_number, date)
end
for prefix, last in pairs(plan.numbers) do
  if tonumber(redis.call('HGET', numbers, prefix) or 0) < last then redis.call('HSET', numbers, prefix, last) end
end
for number, id in pairs(plan.paper) do redis.call('HSET', on_paper, number, id) end
add_all(totals, plan.totals)
add_all(day_counts, plan.day)
add_all(feedback, plan.feedback)
add_all(saved, plan.saved)
add_all(contacts, plan.contacts)
redis.call('HSET', sent_counts, date, plan.sent_counts)
for key, text in pairs({[sent_versions] = plan.sent, [twice] = plan.twice}) do
  if text == '' then redis.call('HDEL', key, date) else redis.call('HSET', key, date, text) end
end
if #plan.notes > 0 then
  local notes, at = cjson.decode(redis.call('HGET', day_notes, date) or '[]'), {}
  for i, note in ipairs(notes) do at[note.id] = i end
  for _, sent in ipairs(plan.notes) do
    -- A note that was sent before and is missing was removed here: it does not come back.
    if at[sent.note.id] then notes[at[sent.note.id]] = sent.note
    elseif not sent.known then notes[#notes + 1] = sent.note end
  end
  table.sort(notes, function(one, other) return one.at < other.at or (one.at == other.at and one.id < other.id) end)
  if #notes > 0 then redis.call('HSET', day_notes, date, cjson.encode(notes)) end
end
for _, text in ipairs(plan.shifts) do redis.call('ZADD', shifts, string.match(text, '^%d+'), text) end
for _, wait in ipairs(plan.waits) do
  learn(waits, estimates, wait)
end
for _, call in ipairs(plan.calls) do redis.call('ZADD', calls, call.at, call.id) end
redis.call('ZREMRANGEBYRANK', calls, 0, -11)

local function replace(key, pairs_of)
  redis.call('DEL', key)
  for field, value in pairs(pairs_of) do redis.call('HSET', key, field, value) end
end
for _, left in ipairs(plan.left or {}) do
  local queue, since = KEYS[FIRST_QUEUE + 2 * (left.n - 1)], KEYS[FIRST_QUEUE + 2 * (left.n - 1) + 1]
  redis.call('ZREM', queue, left.id)
  redis.call('ZREM', since, left.id)
  redis.call('HDEL', holds, left.id)
  redis.call('HDEL', parked, left.id)
  if redis.call('HGET', open_numbers, left.number) == left.id then redis.call('HDEL', open_numbers, left.number) end
  if redis.call('HGET', busy_counters, left.counter) == left.id then
    redis.call('HDEL', busy_counters, left.counter)
    redis.call('HSET', free_counters, left.counter, whole(clock('')))
  end
end
-- The central server took over: the bus' own numbers wait here for a call by hand.
for number, id in pairs(plan.numbers_open or {}) do redis.call('HSETNX', open_numbers, number, id) end
for _, waiting in ipairs(plan.waiting or {}) do
  local queue, since = KEYS[FIRST_QUEUE + 2 * (waiting.n - 1)], KEYS[FIRST_QUEUE + 2 * (waiting.n - 1) + 1]
  redis.call('ZADD', queue, waiting.place, waiting.id)
  redis.call('ZADD', since, waiting.since, waiting.id)
  redis.call('HSET', holds, waiting.id, 'bus:|0|' .. waiting.place .. '|' .. waiting.service)
end
local live = plan.live
if live then
  replace(open_numbers, live.numbers)
  replace(busy_counters, live.busy)
  replace(holds, live.holds)
  replace(parked, live.parked)
  for i = 1, services do
    local queue, since = KEYS[FIRST_QUEUE + 2 * (i - 1)], KEYS[FIRST_QUEUE + 2 * (i - 1) + 1]
    redis.call('DEL', queue, since)
    for _, waiting in ipairs(live.waiting) do
      if waiting.n == i then
        redis.call('ZADD', queue, waiting.place, waiting.id)
        redis.call('ZADD', since, waiting.since, waiting.id)
      end
    end
  end
  if live.counters then
    replace(open_counters, live.counters.open)
    replace(free_counters, live.counters.free)
    replace(paused_counters, live.counters.paused or {})
  end
end
redis.call('HSET', marks, date, new_mark)
redis.call('HINCRBY', mobile, 'received', 1)
append_event(events, 'day.received', '{"at":' .. whole(clock('')) .. ',"date":"' .. date .. '"}')
return {'done'}
