-- Forget bookings whose date is over, and the places of their slots.
--
-- KEYS[1] bookings (sorted set)   KEYS[2] prefix of the bookings, followed by a code
-- KEYS[3] places hash   KEYS[4] blocked hash   KEYS[5] arriving (hash)
-- KEYS[6] coming (sorted set)   KEYS[7] bookings that ask for an earlier time (sorted set)
-- ARGV[1] JSON: codes, fields (of the hashes: …|starts_at)
-- ARGV[2] the first instant (ms) that is not over
-- Gives {how many bookings}

local bookings, prefix, places, blocked, arriving = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local coming, asking, until_text = KEYS[6], KEYS[7], ARGV[2]
local gone = cjson.decode(ARGV[1])

redis.call('ZREMRANGEBYSCORE', coming, '-inf', '(' .. until_text)
redis.call('ZREMRANGEBYSCORE', asking, '-inf', '(' .. until_text)
for _, code in ipairs(gone.codes) do
  redis.call('UNLINK', prefix .. code)
  redis.call('ZREM', bookings, code)
end
for _, field in ipairs(gone.fields) do
  redis.call('HDEL', places, field)
  redis.call('HDEL', blocked, field)
  redis.call('HDEL', arriving, field)
end
return {#gone.codes}
