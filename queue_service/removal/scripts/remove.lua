-- Take a branch's configuration away, so that nothing can be done in it from now on.
--
-- KEYS[1] config hash   KEYS[2] days with visits (sorted set)
-- ARGV[1] revision decided by   ARGV[2] '1' where days with visits may go too, else ''
-- ARGV[3] a mark that no other removal has
-- Gives {'done', mark}, with the mark of a removal that is under way already, {'changed'}, or
--       {'in_use'} for its days

local mark = redis.call('HGET', KEYS[1], 'removing')
if mark then return {'done', mark} end
if (redis.call('HGET', KEYS[1], 'revision') or '') ~= ARGV[1] then return {'changed'} end
if ARGV[2] == '' and redis.call('ZCARD', KEYS[2]) > 0 then return {'in_use'} end
redis.call('HDEL', KEYS[1], 'revision', 'document')
redis.call('HSET', KEYS[1], 'removing', ARGV[3])
return {'done', ARGV[3]}
