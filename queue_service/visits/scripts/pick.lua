-- Find the visits that a counter would call next, without changing anything. The commit that
-- follows is refused if the visit or the counter changed meanwhile; then this runs again.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash   KEYS[4] holds hash
-- KEYS[5] prefix of the queues, followed by a service   KEYS[6] prefix of the visits, by an id
-- KEYS[7] idempotency key (string)
-- ARGV[1] counter   ARGV[2] its services by team (JSON)   ARGV[3] now in ms, '' for the clock
-- ARGV[4] revision  ARGV[5] fingerprint, '' without an idempotency key  ARGV[6] how many at most
-- Gives {'picked', now, team, document, …} {'none'} {'replayed', answer} {'reused'} {'stale'}
--       {'closed'} {'busy', id}

local config, open_counters, busy_counters, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local queue_prefix, visit_prefix, idempotency_key = KEYS[5], KEYS[6], KEYS[7]
local counter, services_json, now_text, revision = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local fingerprint, most_text = ARGV[5], ARGV[6]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local team = redis.call('HGET', open_counters, counter)
if not team then return {'closed'} end
local busy = redis.call('HGET', busy_counters, counter)
if busy then return {'busy', busy} end
local now = clock(now_text)
local services = cjson.decode(services_json)[team] or {}

local most = tonumber(most_text)
local candidates = {}
local function consider(id, place)
  candidates[#candidates + 1] = {id = id, place = tonumber(place)}
end

local set_apart = {}
local hold_pairs = redis.call('HGETALL', holds)
for i = 1, #hold_pairs, 2 do
  local expires, bound = hold_of(hold_pairs[i + 1])
  local ours = bound == counter or bound == 'team:' .. team
  if expires > now or (bound ~= '' and not ours) then
    set_apart[hold_pairs[i]] = true
  elseif ours then
    -- Sent to this counter or its team, even for a service that it does not take.
    local visit = cjson.decode(redis.call('GET', visit_prefix .. hold_pairs[i]))
    consider(hold_pairs[i], visit.place)
    set_apart[hold_pairs[i]] = true
  end
end

-- Without holds, a queue's first page is all that is needed of it.
local page_length = #hold_pairs == 0 and most or most + 15
for _, service in ipairs(services) do
  local first, found = 0, 0
  repeat
    local last = first + page_length - 1
    local page = redis.call('ZRANGE', queue_prefix .. service, first, last, 'WITHSCORES')
    for i = 1, #page, 2 do
      if found < most and not set_apart[page[i]] then
        consider(page[i], page[i + 1])
        found = found + 1
      end
    end
    first = last + 1
  until found == most or #page < page_length * 2
end

if #candidates == 0 then
  remember(idempotency_key, fingerprint, '')
  return {'none'}
end
table.sort(candidates, function(one, other) return one.place < other.place end)
local reply = {'picked', whole(now), team}
for i = 1, math.min(most, #candidates) do
  reply[#reply + 1] = redis.call('GET', visit_prefix .. candidates[i].id)
end
return reply
