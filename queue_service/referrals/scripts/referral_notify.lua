-- Notify the branch that sent a referral of its result. Safe to repeat.
--
-- KEYS[1] config hash   KEYS[2] sent (hash)   KEYS[3] events (stream)
-- ARGV[1] id   ARGV[2] 'ms|branch', for one that is not noted   ARGV[3] event name
-- ARGV[4] its data (JSON)
-- Gives {'done'} {'gone'} if there is no such branch

if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return {'gone'} end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
append_event(KEYS[3], ARGV[3], ARGV[4])
return {'done'}
