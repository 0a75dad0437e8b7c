-- Note that the pages of these counters are alive.
--
-- KEYS[1] config hash   KEYS[2] heard counters hash
-- ARGV[1] now in ms   ARGV[2...] counters
-- Gives {'done'} or {'gone'} where there is no such branch

if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return {'gone'} end
for i = 2, #ARGV do redis.call('HSET', KEYS[2], ARGV[i], ARGV[1]) end
return {'done'}
