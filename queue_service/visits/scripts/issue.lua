-- Issue a ticket; with a counter also serve it there at once (a walk-in or a phone call).
-- Either everything below is written or nothing is.
--
-- KEYS[1] visit (string)          KEYS[7]  holds hash            KEYS[13] day hash
-- KEYS[2] idempotency key (string)           KEYS[8]  open counters hash    KEYS[14] index of the day (list)
-- KEYS[3] rate (string)           KEYS[9]  busy counters hash    KEYS[15] days (sorted set)
-- KEYS[4] config hash             KEYS[10] numbers of the day    KEYS[16] events (stream)
-- KEYS[5] queue (sorted set)      KEYS[11] open numbers hash     KEYS[17] estimates hash
-- KEYS[6] since (sorted set)      KEYS[12] totals hash           KEYS[18] heard counters hash
-- KEYS[19] free counters hash     KEYS[20] prefix of the queues, followed by a service
-- KEYS[21] parked hash
-- ARGV[1]  revision of the configuration the caller decided by
-- ARGV[2]  fingerprint of the request, '' without an idempotency key
-- ARGV[3]  now in ms, '' for the store's clock
-- ARGV[4]  since, ARGV[5] until: ms between which the date and the opening hold
-- ARGV[6]  business date (2026-11-25), ARGV[7] the same as a number
-- ARGV[8]  prefix, ARGV[9] service, ARGV[10] head start in ms
-- ARGV[11] document with @now @number @place @ahead @open @busy @range, ARGV[12] event name,
-- ARGV[13] its data
-- ARGV[14] takers of the service (Branch.takers), ARGV[15] counter or '', ARGV[16] its team
-- ARGV[17] most tickets a minute, 0 for no limit; ARGV[18] the visit's id
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale', now} {'closed'} {'busy', id}
--       {'changed'} {'limited', seconds}

local earlier = remembered(KEYS[2], ARGV[2])
if earlier then return earlier end
-- The id is made anew for every request, so finding it means that the reply to this very commit
-- was lost and the client library has sent it again.
local again = redis.call('GET', KEYS[1])
local now = clock(ARGV[3])
if again then
  local where = redis.call('ZSCORE', KEYS[5], ARGV[18])
  if not where then return {'done', answer(now, '', nil, again)} end
  local around = open_takers(ARGV[14], KEYS[8], KEYS[9])
  local before = position(KEYS[20], KEYS[7], around, ARGV[14], ARGV[18], ARGV[9], tonumber(where), now)
  return {'done', answer(now, before, expected(KEYS[17], ARGV[9], before, around), again)}
end
if redis.call('HGET', KEYS[4], 'revision') ~= ARGV[1] then return {'stale', whole(now)} end
if now < tonumber(ARGV[4]) or now >= tonumber(ARGV[5]) then return {'stale', whole(now)} end
local counter = ARGV[15]
if counter ~= '' then
  local team = redis.call('HGET', KEYS[8], counter)
  if not team then return {'closed'} end
  if team ~= ARGV[16] then return {'changed'} end
  local busy = redis.call('HGET', KEYS[9], counter)
  if busy then return {'busy', busy} end
end
local limit = tonumber(ARGV[17])
if limit > 0 then
  local used = tonumber(redis.call('GET', KEYS[3]) or 0)
  if used >= limit then return {'limited', math.max(1, redis.call('TTL', KEYS[3]))} end
end

local n, number
repeat
  n = redis.call('HINCRBY', KEYS[10], ARGV[8], 1)
  number = string.format('%s%03d', ARGV[8], n)
until redis.call('HSETNX', KEYS[11], number, ARGV[18]) == 1
local sequence = redis.call('RPUSH', KEYS[14], ARGV[18])
local place = whole((now - ARGV[10]) * 1000 + sequence % 1000)
local values = {now = whole(now), place = place, number = '"' .. number .. '"'}
-- The number of an event begins with its ms and goes on with its rank in it. Whoever writes the
-- first one of a ms comes after all that was written before: nobody's place can be later.
local event = tell(KEYS[16], ARGV[12], filled(ARGV[13], values))
local last = ARGV[3] == '' and tonumber(ARGV[10]) == 0 and string.sub(event, -2) == '-0'
local ahead, estimate = '', nil
if counter == '' then
  local counters = open_takers(ARGV[14], KEYS[8], KEYS[9])
  if last and string.sub(ARGV[14], 1, 1) == '*' and redis.call('HLEN', KEYS[7]) == 0 then
    -- Any counter may call anybody, so all who wait are ahead: the open visits without this one,
    -- those at a counter and those parked.
    ahead = redis.call('HLEN', KEYS[11]) - 1 - redis.call('HLEN', KEYS[9]) - redis.call('HLEN', KEYS[21])
  else
    ahead = position(KEYS[20], KEYS[7], counters, ARGV[14], ARGV[18], ARGV[9], tonumber(place), now, last)
  end
  estimate = expected(KEYS[17], ARGV[9], ahead, counters)
  values.ahead, values.open, values.busy = ahead, #counters, counters.busy
  values.range = estimate and '[' .. string.gsub(estimate, '|', ',') .. ']' or 'null'
end

if sequence == 1 then redis.call('ZADD', KEYS[15], ARGV[7], ARGV[6]) end
if counter == '' then
  redis.call('ZADD', KEYS[5], place, ARGV[18])
  redis.call('ZADD', KEYS[6], whole(now), ARGV[18])
else
  redis.call('HSET', KEYS[9], counter, ARGV[18])
  redis.call('HSET', KEYS[18], counter, whole(now))
  redis.call('HDEL', KEYS[19], counter)
end
local document = filled(ARGV[11], values)
redis.call('SET', KEYS[1], document)
redis.call('HINCRBY', KEYS[12], 'issued|' .. ARGV[9], 1)
redis.call('HINCRBY', KEYS[13], 'issued', 1)
if limit > 0 and redis.call('INCR', KEYS[3]) == 1 then redis.call('EXPIRE', KEYS[3], 60) end
local said = answer(now, ahead, estimate, document)
remember(KEYS[2], ARGV[2], said)
return {'done', said}
