-- Note the state of a branch by which its bookings were last compared with its offers.
--
-- KEYS[1] config hash   KEYS[2] settled (string)
-- ARGV[1] revision of the configuration that they were compared with   ARGV[2] the mark
-- Gives 1, or 0 if the configuration has changed

local config, settled = KEYS[1], KEYS[2]
local revision, mark = ARGV[1], ARGV[2]

if redis.call('HGET', config, 'revision') ~= revision then return 0 end
redis.call('SET', settled, mark)
return 1
