-- Look at a counter, open it or close it.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash
-- KEYS[4] holds hash    KEYS[5] heard counters hash  KEYS[6] events (stream)   KEYS[7] idempotency key (string)
-- KEYS[8] parked hash   KEYS[9] prefix of the visits, followed by an id   KEYS[10] shifts (sorted set)
-- KEYS[11] free counters hash
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key   ARGV[3] now, '' for the clock
-- ARGV[4] counter    ARGV[5] 'look', 'open' or 'close'   ARGV[6] team
-- ARGV[7] event name ARGV[8] its data with @now
-- ARGV[9] the counter's services by team (JSON)   ARGV[10] its name
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'busy', id}
--       {'bound', id} when a visit still waits for this counter alone
-- An answer is lines: now, counter, name, 'open' or 'closed', team, services by comma, the document
-- of the visit there or '', then the documents of those parked there.

local earlier = remembered(KEYS[7], ARGV[2])
if earlier then return earlier end
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then return {'stale'} end
local now = clock(ARGV[3])
local counter, verb, aim = ARGV[4], ARGV[5], ARGV[6]
local team = redis.call('HGET', KEYS[2], counter)
local busy = redis.call('HGET', KEYS[3], counter)

if verb == 'close' then
  if busy then return {'busy', busy} end
  local held = redis.call('HGETALL', KEYS[4])
  for i = 1, #held, 2 do
    local _, bound = hold_of(held[i + 1])
    if bound == counter then return {'bound', held[i]} end
  end
  if team then
    redis.call('HDEL', KEYS[2], counter)
    redis.call('HDEL', KEYS[11], counter)
    tell(KEYS[6], ARGV[7], filled(ARGV[8], {now = whole(now)}))
    shift(KEYS[10], now, counter, 'closed', '')
  end
  team = nil
elseif verb == 'open' and team ~= aim then
  redis.call('HSET', KEYS[2], counter, aim)
  if not team and not busy then redis.call('HSET', KEYS[11], counter, whole(now)) end
  tell(KEYS[6], ARGV[7], filled(ARGV[8], {now = whole(now)}))
  shift(KEYS[10], now, counter, 'open', aim)
  team = aim
end

local services = cjson.decode(ARGV[9])[team or ''] or {}
local lines = {
  whole(now), counter, ARGV[10], team and 'open' or 'closed', team or '', table.concat(services, ','),
  busy and redis.call('GET', KEYS[9] .. busy) or '',
}
local parked = redis.call('HGETALL', KEYS[8])
for i = 1, #parked, 2 do
  if parked[i + 1] == counter then lines[#lines + 1] = redis.call('GET', KEYS[9] .. parked[i]) end
end
local said = table.concat(lines, '\n')
if verb ~= 'look' then
  redis.call('HSET', KEYS[5], counter, whole(now))
  remember(KEYS[7], ARGV[2], said)
end
return {'done', said}
