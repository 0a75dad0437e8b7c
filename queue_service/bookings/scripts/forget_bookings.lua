-- Forget bookings whose date is over, and the places of their slots.
--
-- KEYS[1] bookings (sorted set)   KEYS[2] prefix of the bookings, followed by a code
-- KEYS[3] places hash   KEYS[4] blocked hash   KEYS[5] coming (sorted set)
-- ARGV[1] JSON: codes, fields (of the hashes)   ARGV[2] the first instant (ms) that is not over
-- Gives {how many bookings}

local bookings, prefix, places, blocked, coming = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local gone = cjson.decode(ARGV[1])

redis.call('ZREMRANGEBYSCORE', coming, '-inf', '(' .. ARGV[2])
for _, code in ipairs(gone.codes) do
  redis.call('UNLINK', prefix .. code)
  redis.call('ZREM', bookings, code)
end
for _, field in ipairs(gone.fields) do
  redis.call('HDEL', places, field)
  redis.call('HDEL', blocked, field)
end
return {#gone.codes}
