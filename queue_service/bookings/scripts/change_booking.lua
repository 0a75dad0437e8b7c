-- Change a booking: hold, confirm, move, cancel and all else. It is the only script in which a place
-- of a slot is taken, so that held, booked and blocked places together are never more than there are.
-- Either everything below is written or nothing is, except that ended holds are over.
--
-- KEYS[1] config hash               KEYS[7]  changes (string)
-- KEYS[2] booking (string)          KEYS[8]  counts of the day (hash)
-- KEYS[3] bookings (sorted set)     KEYS[9]  events (stream)
-- KEYS[4] holds (sorted set)        KEYS[10] idempotency key (string)
-- KEYS[5] places hash               KEYS[11] letters hash
-- KEYS[6] blocked hash              KEYS[12] owner (string)   KEYS[13] rate of the address (string)
-- KEYS[14] bookings that ask for an earlier time (sorted set)   KEYS[15] coming (sorted set)
-- KEYS[16] arriving (hash)
-- ARGV[1] revision of the configuration the caller decided by
-- ARGV[2] fingerprint of the request, '' without an idempotency key
-- ARGV[3] now in ms, '' for the store's clock
-- ARGV[4] since, ARGV[5] until: ms between which the decision holds
-- ARGV[6] the booking as it was read, '' for none   ARGV[7] as it will be, '' to remove it
-- ARGV[8] how many ms a booking that is held is kept, '' for one that is booked
-- ARGV[9] the change as JSON: code, starts_at, and
--   had: the places it has, each with field and hold (its member of the holds, '' if it is booked);
--     without a hold that is needed nothing is written
--   wants: the places it will have, each with field, hold, until (of a hold) and capacity, and near:
--     the fields of the times off the grid that overlap with it; one that is optional is only kept, not taken;
--     with most (0: any) a place that it has is given up if more than those are held, booked or blocked in all
--   asks: whether it asks for an earlier time
--   event and data (nothing without an event), counts (field → increment),
--   letter and letter_id (nothing without a letter),
--   came, comes: its member of the coming ones before and after, '' for none
--   arrived: the member of arriving that is not needed any more, '' for none
--   owned: the code that the owner had, owner_ms: how long the new one is kept (0: no owner)
--   rate: most holds of an address (0: any) in rate_ms
-- Gives {'done', code} {'replayed', code} {'reused'} {'stale', now} {'changed'}
--       {'taken'} {'limited', seconds}

local config, booking, bookings, holds, places = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local blocked, changes, counts, events, idempotency_key = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local letters, owner, rate, asking, coming = KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local arriving = KEYS[16]
local revision, fingerprint, now_text, valid_from, valid_until = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local before, after, kept_ms, change = ARGV[6], ARGV[7], ARGV[8], cjson.decode(ARGV[9])

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local now = clock(now_text)
local stored = redis.call('GET', booking) or ''
-- In place already: the reply to this very change was lost and it was sent again.
if stored == after then return {'done', change.code} end
if stored ~= before then return {'changed'} end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale', whole(now)} end
if now < tonumber(valid_from) or now >= tonumber(valid_until) then return {'stale', whole(now)} end
if change.owner_ms > 0 and (redis.call('GET', owner) or '') ~= change.owned then return {'changed'} end
if change.rate > 0 and tonumber(redis.call('GET', rate) or 0) >= change.rate then
  return {'limited', math.max(1, math.ceil(redis.call('PTTL', rate) / 1000))}
end

-- A hold of this booking that has ended still has its place, as long as it is listed.
local own, in_hand = {}, {}
for _, had in ipairs(change.had) do
  own[had.hold] = true
  if had.hold == '' or redis.call('ZSCORE', holds, had.hold) then
    in_hand[had.field] = (in_hand[had.field] or 0) + 1
  elseif had.needed then
    return {'taken'}
  end
end
end_holds(holds, places, bookings, changes, now, own)
local function used_of(field)
  return (redis.call('HGET', places, field) or 0) + (redis.call('HGET', blocked, field) or 0)
end
local taken = {}
for _, want in ipairs(change.wants) do
  local field = want.field
  if (in_hand[field] or 0) > 0 then
    in_hand[field] = in_hand[field] - 1
    local most = want.most or 0
    if most > 0 and used_of(field) > most then return {'taken'} end
  elseif want.optional then
    want.hold = ''
  else
    local used = used_of(field)
    for _, other in ipairs(want.near or {}) do
      used = used + math.max(0, (redis.call('HGET', places, other) or 0) - (in_hand[other] or 0))
    end
    if used >= want.capacity then return {'taken'} end
    taken[#taken + 1] = field
  end
end

local moved = #taken > 0
for _, had in ipairs(change.had) do
  if had.hold ~= '' then redis.call('ZREM', holds, had.hold) end
end
for field, n in pairs(in_hand) do
  for _ = 1, n do
    give_place(places, field)
    moved = true
  end
end
for _, field in ipairs(taken) do redis.call('HINCRBY', places, field, 1) end
for _, want in ipairs(change.wants) do
  if want.hold ~= '' then redis.call('ZADD', holds, want['until'], want.hold) end
end
if moved then redis.call('INCR', changes) end
if after == '' then
  redis.call('DEL', booking)
  redis.call('ZREM', bookings, change.code)
else
  redis.call('SET', booking, after, unpack(kept_ms == '' and {} or {'PX', kept_ms}))
  redis.call('ZADD', bookings, change.starts_at, change.code)
end
if change.asks then
  redis.call('ZADD', asking, change.starts_at, change.code)
else
  redis.call('ZREM', asking, change.code)
end
if change.came ~= '' then redis.call('ZREM', coming, change.came) end
if change.comes ~= '' then redis.call('ZADD', coming, change.starts_at, change.comes) end
if change.arrived ~= '' then redis.call('HDEL', arriving, change.arrived) end
if change.owner_ms > 0 then redis.call('SET', owner, change.code, 'PX', change.owner_ms) end
if change.rate > 0 and redis.call('INCR', rate) == 1 then redis.call('PEXPIRE', rate, change.rate_ms) end
if change.event then append_event(events, change.event, change.data) end
if change.letter then redis.call('HSET', letters, change.letter_id, change.letter) end
add_all(counts, change.counts)
remember(idempotency_key, fingerprint, change.code)
return {'done', change.code}
