-- Who would be called next by a counter: chosen here, changed by nobody. The commit that follows
-- is refused if the visit or the counter changed in between, and the choice is made again.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash   KEYS[4] holds hash
-- KEYS[5] prefix of the queues, followed by a service   KEYS[6] prefix of the visits, by an id
-- KEYS[7] idempotency key (string)
-- ARGV[1] counter   ARGV[2] its services by team (JSON)   ARGV[3] now in ms, '' for the clock
-- ARGV[4] revision  ARGV[5] fingerprint, '' without an idempotency key  ARGV[6] how many at most
-- Gives {'picked', now, team, document, …} {'none'} {'replayed', answer} {'reused'} {'stale'}
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

local most = tonumber(ARGV[6])
local next_ones = {}
local function consider(id, place)
  next_ones[#next_ones + 1] = {id = id, place = tonumber(place)}
end

local held = {}
local raw = redis.call('HGETALL', KEYS[4])
for i = 1, #raw, 2 do
  local untl, bound = hold_of(raw[i + 1])
  local ours = bound == counter or bound == 'team:' .. team
  if untl > now or (bound ~= '' and not ours) then
    held[raw[i]] = true
  elseif ours then
    -- Sent to this very counter or its team, whatever it takes otherwise.
    local visit = cjson.decode(redis.call('GET', KEYS[6] .. raw[i]))
    consider(raw[i], visit.place)
    held[raw[i]] = true
  end
end

for _, service in ipairs(services) do
  local first, found = 0, 0
  repeat
    local page = redis.call('ZRANGE', KEYS[5] .. service, first, first + 15, 'WITHSCORES')
    for i = 1, #page, 2 do
      if found < most and not held[page[i]] then
        consider(page[i], page[i + 1])
        found = found + 1
      end
    end
    first = first + 16
  until found == most or #page < 32
end

if #next_ones == 0 then
  remember(KEYS[7], ARGV[5], '')
  return {'none'}
end
table.sort(next_ones, function(one, other) return one.place < other.place end)
local reply = {'picked', whole(now), team}
for i = 1, math.min(most, #next_ones) do
  reply[#reply + 1] = redis.call('GET', KEYS[6] .. next_ones[i].id)
end
return reply
