-- How many people are before a waiting visit, without changing anything.
--
-- KEYS[1] prefix of the queues, followed by a service   KEYS[2] holds hash
-- KEYS[3] open counters hash   KEYS[4] busy counters hash
-- KEYS[5] estimates hash       KEYS[6] visit (string)
-- KEYS[7] regression hash      KEYS[8] since (sorted set)
-- ARGV[1] the visit's id   ARGV[2] takers of the service (Branch.takers)   ARGV[3] service
-- ARGV[4] now in ms, '' for the clock
-- Gives the answer as after a commit, '' when the visit is gone

local queue_prefix, holds, open_counters, busy_counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local estimates, stored_visit, regression, since = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local visit_id, takers, service, now_text = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local document = redis.call('GET', stored_visit)
if not document then return '' end
local now = clock(now_text)
local place = redis.call('ZSCORE', queue_prefix .. service, visit_id)
if not place then return answer(now, '', nil, document) end
local counters
counters, takers = open_takers(takers, open_counters, busy_counters)
local ahead = people_ahead(queue_prefix, holds, counters, takers, visit_id, service, tonumber(place), now)
local queue = queue_prefix .. service
return answer(now, ahead, expected(estimates, regression, service, ahead, #counters, queue, since, place, now), document)
