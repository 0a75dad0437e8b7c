-- Finish a removal: the branch leaves the list of branches, and its mark goes.
--
-- KEYS[1] config hash   KEYS[2] ids of all branches (set)
-- ARGV[1] the removal's mark   ARGV[2] the branch
-- Gives {'done'} or {'over'}: another has finished it, and there may be a new branch
--
-- The list is no key of the branch: on a cluster, which the client does not speak to, it would be
-- in another slot.

if redis.call('HGET', KEYS[1], 'removing') ~= ARGV[1] then return {'over'} end
redis.call('SREM', KEYS[2], ARGV[2])
redis.call('UNLINK', KEYS[1])
return {'done'}
