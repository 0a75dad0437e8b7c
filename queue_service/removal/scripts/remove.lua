-- Take a branch's configuration away, so that every other script refuses it from now on.
--
-- KEYS[1] config hash   KEYS[2] days with visits (sorted set)
-- ARGV[1] revision decided by   ARGV[2] '1' to remove days with visits too, else ''
-- ARGV[3] a mark that no other removal has
-- Gives {'done', mark}, with the mark of a removal that is under way already, {'changed'}, or
--       {'in_use'} for its days

local config, days = KEYS[1], KEYS[2]
local revision, with_days, new_mark = ARGV[1], ARGV[2], ARGV[3]

local mark = redis.call('HGET', config, 'removing')
if mark then return {'done', mark} end
if (redis.call('HGET', config, 'revision') or '') ~= revision then return {'changed'} end
if with_days == '' and redis.call('ZCARD', days) > 0 then return {'in_use'} end
redis.call('HDEL', config, 'revision', 'document')
redis.call('HSET', config, 'removing', new_mark)
return {'done', new_mark}
