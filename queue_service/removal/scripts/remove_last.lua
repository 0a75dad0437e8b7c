-- Remove the mark of a removal: nothing is left of the branch.
--
-- KEYS[1] config hash
-- ARGV[1] the removal's mark
-- Gives {'done'} or {'over'}: another has finished it, and there may be a new branch

local config = KEYS[1]
local mark = ARGV[1]

if redis.call('HGET', config, 'removing') ~= mark then return {'over'} end
redis.call('UNLINK', config)
return {'done'}
