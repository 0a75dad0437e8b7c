-- Turn a visit into what was decided about it, if it still is as it was read.
-- Either everything below is written or nothing is.
--
-- KEYS[1]  config hash             KEYS[8]  open counters hash   KEYS[15] summary (string)
-- KEYS[2]  visit (string)          KEYS[9]  busy counters hash   KEYS[16] events (stream)
-- KEYS[3]  idempotency key (string)           KEYS[10] heard counters hash  KEYS[17] calls (sorted set)
-- KEYS[4]  queue it leaves (zset)  KEYS[11] parked hash          KEYS[18] waits hash
-- KEYS[5]  since it leaves (zset)  KEYS[12] open numbers hash    KEYS[19] estimates hash
-- KEYS[6]  queue it joins (zset)   KEYS[13] totals hash
-- KEYS[7]  since it joins (zset)   KEYS[14] day hash             KEYS[20] holds hash
-- KEYS[21] free counters hash        KEYS[22] prefix of the queues, followed by a service
-- ARGV[1] revision of the configuration decided by   ARGV[2] fingerprint, '' without a key
-- ARGV[3] document as read   ARGV[4] document as decided   ARGV[5] now in ms
-- ARGV[6] the change as JSON: id, number; leave (bool); join {place, since} or absent; hold
--         ('bound|until|place|service') or absent; free, occupy (counter) and team (of occupy) or absent;
--         park (counter) or absent; heard (counters); opens, ends (bool); calls (ms of the
--         call) or absent; totals, day (increments); wait {service, ahead, open, seconds} or
--         absent; takers (Branch.takers), service
-- ARGV[7] event name   ARGV[8] its data (JSON)
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'gone'} {'changed'}
--       {'closed'} {'busy', id} {'taken'}

local earlier = remembered(KEYS[3], ARGV[2])
if earlier then return earlier end
local change = cjson.decode(ARGV[6])
local now = tonumber(ARGV[5])
local id = change.id

local function told()
  if not change.join then return answer(now, '', nil, ARGV[4]) end
  local counters = open_takers(change.takers, KEYS[8], KEYS[9])
  local place = tonumber(change.join.place)
  local ahead = position(KEYS[22], KEYS[20], counters, change.takers, id, change.service, place, now)
  return answer(now, ahead, expected(KEYS[19], change.service, ahead, counters), ARGV[4])
end

local current = redis.call('GET', KEYS[2])
if not current then return {'gone'} end
-- Already as decided, to the stamp: the reply to this commit was lost and it was sent again.
if current == ARGV[4] and current ~= ARGV[3] then return {'done', told()} end
if current ~= ARGV[3] then return {'changed'} end
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then return {'stale'} end
if change.occupy then
  local team = redis.call('HGET', KEYS[8], change.occupy)
  if not team then return {'closed'} end
  if team ~= change.team then return {'changed'} end
  local busy = redis.call('HGET', KEYS[9], change.occupy)
  if busy then return {'busy', busy} end
end
if change.opens then
  local other = redis.call('HGET', KEYS[12], change.number)
  if other and other ~= id then return {'taken'} end
end

if change.leave then
  redis.call('ZREM', KEYS[4], id)
  redis.call('ZREM', KEYS[5], id)
  redis.call('HDEL', KEYS[20], id)
end
if change.free then
  redis.call('HDEL', KEYS[9], change.free)
  redis.call('HSET', KEYS[21], change.free, ARGV[5])
end
if change.occupy then
  redis.call('HSET', KEYS[9], change.occupy, id)
  redis.call('HDEL', KEYS[21], change.occupy)
end
for _, counter in ipairs(change.heard) do redis.call('HSET', KEYS[10], counter, ARGV[5]) end
redis.call('HDEL', KEYS[11], id)
if change.park then redis.call('HSET', KEYS[11], id, change.park) end
if change.join then
  redis.call('ZADD', KEYS[6], change.join.place, id)
  redis.call('ZADD', KEYS[7], change.join.since, id)
  if change.hold then redis.call('HSET', KEYS[20], id, change.hold) end
end
if change.opens then redis.call('HSET', KEYS[12], change.number, id) end
if change.ends then redis.call('HDEL', KEYS[12], change.number) end
if change.calls then
  redis.call('ZADD', KEYS[17], change.calls, id)
  redis.call('ZREMRANGEBYRANK', KEYS[17], 0, -11)
end
redis.call('SET', KEYS[2], ARGV[4])
redis.call('DEL', KEYS[15])
add_all(KEYS[13], change.totals)
add_all(KEYS[14], change.day)
if change.wait then
  learn(KEYS[18], KEYS[19], like(change.wait.service, change.wait.ahead, change.wait.open), change.wait.seconds)
end
tell(KEYS[16], ARGV[7], ARGV[8])
local said = told()
remember(KEYS[3], ARGV[2], said)
return {'done', said}
