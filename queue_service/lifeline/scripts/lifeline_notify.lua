-- Notify a counter's branch of the result of its call. Pages ask again by themselves, so a lost one
-- is none.
--
-- KEYS[1] config hash   KEYS[2] events (stream)
-- ARGV[1] event name   ARGV[2] its data (JSON)
-- Gives {'done'} {'gone'} if there is no such branch

if redis.call('HEXISTS', KEYS[1], 'revision') == 0 then return {'gone'} end
append_event(KEYS[2], ARGV[1], ARGV[2])
return {'done'}
