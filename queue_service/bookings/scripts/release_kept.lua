-- Give back a place that is kept for those who ask for an earlier time, once.
--
-- KEYS[1] holds (sorted set)   KEYS[2] places hash   KEYS[3] changes (string)
-- ARGV[1] the member of the holds   ARGV[2] the slot's field
-- Gives 1, or 0 if it is not kept any more

local holds, places, changes = KEYS[1], KEYS[2], KEYS[3]
local member, field = ARGV[1], ARGV[2]

if redis.call('ZREM', holds, member) == 0 then return 0 end
give_place(places, field)
redis.call('INCR', changes)
return 1
