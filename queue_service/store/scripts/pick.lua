-- Who would be called next by a counter: chosen here, changed by nobody. The commit that follows
-- is refused if the visit or the counter changed in between, and the choice is made again.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash   KEYS[4] holds hash
-- KEYS[5] prefix of the queues, followed by a service   KEYS[6] prefix of the visits, by an id
-- KEYS[7] memo (string)
-- ARGV[1] counter   ARGV[2] its services by team (JSON)   ARGV[3] now in ms, '' for the clock
-- ARGV[4] revision  ARGV[5] fingerprint, '' without an idempotency key
-- Gives {'picked', now, team, document} {'none'} {'replayed', answer} {'reused'} {'stale'}
--       {'closed'} {'busy', id}

local earlier = remembered(KEYS[7], ARGV[5])
if earlier then return earlier end
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[4] then return {'stale'} end
local counter = ARGV[1]
local team = redis.call('HGET', KEYS[2], counter)
if not team then return {'closed'} end
local busy = redis.call('HGET', KEYS[3], counter)
if busy then return {'busy', busy} end
local now = clock(ARGV[3])
local services = cjson.decode(ARGV[2])[team] or {}

local best, best_place
local function consider(id, place)
  if not best or place < best_place then best, best_place = id, place end
end

local held = {}
local raw = redis.call('HGETALL', KEYS[4])
for i = 1, #raw, 2 do
  local untl, bound = hold_of(raw[i + 1])
  if untl > now or (bound ~= '' and bound ~= counter) then
    held[raw[i]] = true
  elseif bound == counter then
    -- Sent to this very counter, whatever it takes otherwise.
    local visit = cjson.decode(redis.call('GET', KEYS[6] .. raw[i]))
    consider(raw[i], visit.place)
  end
end

for _, service in ipairs(services) do
  local first = 0
  repeat
    local page = redis.call('ZRANGE', KEYS[5] .. service, first, first + 15, 'WITHSCORES')
    local found = false
    for i = 1, #page, 2 do
      if not held[page[i]] then
        consider(page[i], tonumber(page[i + 1]))
        found = true
        break
      end
    end
    first = first + 16
  until found or #page < 32
end

if not best then
  remember(KEYS[7], ARGV[5], '')
  return {'none'}
end
return {'picked', whole(now), team, redis.call('GET', KEYS[6] .. best)}
