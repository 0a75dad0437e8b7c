-- The changes of a branch since an event, from one instant; without an event, all of it.
--
-- KEYS[1] config hash     KEYS[4] busy counters hash   KEYS[6] open numbers hash
-- KEYS[2] events stream   KEYS[5] calls (sorted set)   KEYS[7] prefix of the visits, then an id
-- KEYS[3] open counters hash
-- ARGV[1] the id of the last event that is known, '' for none
-- ARGV[2] now in ms, '' for the clock   ARGV[3] how many calls are shown
-- ARGV[4] more events than this are not gone through: all is read
-- Gives {now, last event, revision, closed_at, '1' for all or '', open counters, busy counters,
--        {document of an open or changed visit, …}, {document of a call, …}}

local config, events, open_counters, busy_counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local calls, open_numbers, visit_prefix = KEYS[5], KEYS[6], KEYS[7]
local known, now_text, most_calls, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local now = clock(now_text)
local newest = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)
local last = newest[1] and newest[1][1] or '0-0'

local ids, all = {}, known == ''
if not all and known ~= last then
  local found = redis.call('XRANGE', events, known, '+', 'COUNT', most + 1)
  -- An event that is gone, by the log's trimming or another log, leaves unknown what came after it.
  all = #found > most or not found[1] or found[1][1] ~= known
  local seen = {}
  for i = 2, all and 0 or #found do
    local name, data = found[i][2][2], found[i][2][4]
    local id = string.sub(name, 1, 6) == 'visit.' and cjson.decode(data).id
    if id and not seen[id] then seen[id], ids[#ids + 1] = true, id end
  end
end
if all then ids = redis.call('HVALS', open_numbers) end

local function documents(of)
  local found = {}
  for _, id in ipairs(of) do found[#found + 1] = redis.call('GET', visit_prefix .. id) or nil end
  return found
end

return {
  whole(now), last, redis.call('HGET', config, 'revision') or '', redis.call('HGET', config, 'closed_at') or '',
  all and '1' or '', redis.call('HGETALL', open_counters), redis.call('HKEYS', busy_counters),
  documents(ids), documents(redis.call('ZREVRANGE', calls, 0, most_calls - 1)),
}
