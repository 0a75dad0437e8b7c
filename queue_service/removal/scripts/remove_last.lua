-- Finish a removal: the branch leaves the list of branches, and its mark goes.
--
-- KEYS[1] config hash   KEYS[2] ids of all branches (set)
-- ARGV[1] the removal's mark   ARGV[2] the branch
-- Gives {'done'} or {'over'}: another has finished it, and there may be a new branch
--
-- The list is no key of the branch: on a cluster, which the client does not speak to, it would be
-- in another slot.

local config, branches = KEYS[1], KEYS[2]
local mark, branch = ARGV[1], ARGV[2]

if redis.call('HGET', config, 'removing') ~= mark then return {'over'} end
redis.call('SREM', branches, branch)
redis.call('UNLINK', config)
return {'done'}
