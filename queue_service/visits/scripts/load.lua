-- A visit with all that a decision about it needs, without changing anything.
--
-- KEYS[1] visit (string)   KEYS[2] open counters hash   KEYS[3] config hash
-- ARGV[1] now in ms, '' for the clock
-- Gives {now, document, when the day was closed in ms ('' never), counter, team, counter, team, …},
--       or {} when the visit is gone

local stored_visit, open_counters, config = KEYS[1], KEYS[2], KEYS[3]
local now_text = ARGV[1]

local document = redis.call('GET', stored_visit)
if not document then return {} end
return basis(clock(now_text), document, config, open_counters)
