-- Where a waiting visit stands, without changing anything.
--
-- KEYS[1] prefix of the queues, followed by a service   KEYS[2] holds hash
-- KEYS[3] open counters hash   KEYS[4] busy counters hash
-- KEYS[5] estimates hash       KEYS[6] visit (string)
-- ARGV[1] the visit's id   ARGV[2] takers of the service (Branch.takers)   ARGV[3] service
-- ARGV[4] now in ms, '' for the clock
-- Gives the answer as after a commit, '' when the visit is gone

local document = redis.call('GET', KEYS[6])
if not document then return '' end
local now = clock(ARGV[4])
local place = redis.call('ZSCORE', KEYS[1] .. ARGV[3], ARGV[1])
if not place then return answer(now, '', nil, document) end
local counters = open_takers(ARGV[2], KEYS[3], KEYS[4])
local ahead = position(KEYS[1], KEYS[2], counters, ARGV[2], ARGV[1], ARGV[3], tonumber(place), now)
return answer(now, ahead, expected(KEYS[5], ARGV[3], ahead, counters), document)
