-- Remove some keys of a branch, as long as it is this removal that is under way.
--
-- KEYS[1] config hash   KEYS[2...] the keys to remove
-- ARGV[1] the removal's mark
-- Gives {'done'} or {'over'}: another has finished it, and the keys may be of a new branch

local config = KEYS[1]
local mark = ARGV[1]

if redis.call('HGET', config, 'removing') ~= mark then return {'over'} end
redis.call('UNLINK', unpack(KEYS, 2))
return {'done'}
