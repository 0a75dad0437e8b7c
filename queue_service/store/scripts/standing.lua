-- Where a waiting visit stands, without changing anything.
--
-- KEYS[1] queue (sorted set)   KEYS[2] holds hash   KEYS[3] open counters hash
-- KEYS[4] estimates hash       KEYS[5] visit (string)
-- ARGV[1] the visit's id   ARGV[2] takers of the service   ARGV[3] service
-- ARGV[4] now in ms, '' for the clock
-- Gives the answer as after a commit, '' when the visit is gone

local document = redis.call('GET', KEYS[5])
if not document then return '' end
local now = clock(ARGV[4])
if not redis.call('ZRANK', KEYS[1], ARGV[1]) then return answer(now, '', nil, document) end
local ahead = position(KEYS[1], KEYS[2], ARGV[1], now)
local open = open_for(KEYS[3], ARGV[2])
return answer(now, ahead, redis.call('HGET', KEYS[4], like(ARGV[3], ahead, open)), document)
