-- Find the visit that a counter calls next, and offer it to this counter alone: until it is called no
-- other counter finds it here, so that counters that call at once do not try the same visit. The commit
-- that follows is refused if the visit or the counter changed meanwhile; then this runs again.
--
-- KEYS[1] config hash   KEYS[2] open counters hash   KEYS[3] busy counters hash   KEYS[4] holds hash
-- KEYS[5] prefix of the queues, followed by a service   KEYS[6] prefix of the visits, by an id
-- KEYS[7] idempotency key (string)   KEYS[8] offers hash
-- ARGV[1] counter   ARGV[2] its services by team (JSON)   ARGV[3] now in ms, '' for the clock
-- ARGV[4] revision  ARGV[5] fingerprint, '' without an idempotency key
-- ARGV[6] '' to look only: then nothing is offered   ARGV[7] visits to leave out (JSON), '' for none
-- Gives {'picked', now, team, document} {'none'} {'replayed', answer} {'reused'} {'stale'}
--       {'closed'} {'busy', id}

-- Longer than a call takes. A process that ends in between delays the visit by no more.
local OFFERED_MS = 500

local config, open_counters, busy_counters, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local queue_prefix, visit_prefix, idempotency_key = KEYS[5], KEYS[6], KEYS[7]
local counter, services_json, now_text, revision = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local offers = KEYS[8]
local fingerprint, offers_it, passed = ARGV[5], ARGV[6] ~= '', ARGV[7]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local team = redis.call('HGET', open_counters, counter)
if not team then return {'closed'} end
local busy = redis.call('HGET', busy_counters, counter)
if busy then return {'busy', busy} end
local now = clock(now_text)
local services = cjson.decode(services_json)[team] or {}

local first_id, first_place
local function consider(id, place)
  place = tonumber(place)
  if not first_place or place < first_place then first_id, first_place = id, place end
end

local set_apart, offered_elsewhere = {}, false
local offer_pairs = redis.call('HGETALL', offers)
for i = 1, #offer_pairs, 2 do
  local ends, id = string.match(offer_pairs[i + 1], '^(%d+)|(.*)$')
  local left = tonumber(ends) - now
  -- More is left only of an offer from before the clock was set back.
  if offer_pairs[i] ~= counter and left > 0 and left <= OFFERED_MS then
    set_apart[id] = true
    offered_elsewhere = true
  end
end
local left_out = passed == '' and {} or cjson.decode(passed)
for _, id in ipairs(left_out) do set_apart[id] = true end
local hold_pairs = redis.call('HGETALL', holds)
for i = 1, #hold_pairs, 2 do
  local expires, bound = hold_of(hold_pairs[i + 1])
  local ours = bound == counter or bound == 'team:' .. team
  if expires > now or (bound ~= '' and not ours) then
    set_apart[hold_pairs[i]] = true
  elseif ours and not set_apart[hold_pairs[i]] then
    -- Sent to this counter or its team, even for a service that it does not take.
    local visit = cjson.decode(redis.call('GET', visit_prefix .. hold_pairs[i]))
    consider(hold_pairs[i], visit.place)
    set_apart[hold_pairs[i]] = true
  end
end

-- Without holds, a queue's first page is all that is needed of it.
local page_length = 1 + #left_out + #offer_pairs / 2 + (#hold_pairs == 0 and 0 or 15)
for _, service in ipairs(services) do
  local first, found = 0, false
  repeat
    local last = first + page_length - 1
    local page = redis.call('ZRANGE', queue_prefix .. service, first, last, 'WITHSCORES')
    for i = 1, #page, 2 do
      if not found and not set_apart[page[i]] then
        consider(page[i], page[i + 1])
        found = true
      end
    end
    first = last + 1
  until found or #page < page_length * 2
end

if not first_id then
  -- The call that an offer is for may fail: then a repeated request finds its visit.
  if passed == '' and not offered_elsewhere then remember(idempotency_key, fingerprint, '') end
  return {'none'}
end
if offers_it then redis.call('HSET', offers, counter, whole(now + OFFERED_MS) .. '|' .. first_id) end
return {'picked', whole(now), team, redis.call('GET', visit_prefix .. first_id)}
