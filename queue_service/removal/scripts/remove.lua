-- Take a branch's configuration away, so that every other script refuses it from now on.
--
-- KEYS[1] config hash   KEYS[2] days with visits (sorted set)
-- KEYS[3] audit log (stream)   KEYS[4] totals of the audit log (hash)
-- KEYS[5] bookings whose citizens have not come yet (sorted set)
-- ARGV[1] revision decided by   ARGV[2] '1' to remove days with visits too, else ''
-- ARGV[3] a mark that no other removal has   ARGV[4] entry of the audit log (JSON)
-- Gives {'done', mark}, with the mark of a removal that is under way already, {'changed'}, or
--       {'in_use'} for its days, {'booked'} for its bookings

local config, days, audit_log, audit_totals, coming = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local revision, with_days, new_mark, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local mark = redis.call('HGET', config, 'removing')
if mark then return {'done', mark} end
if (redis.call('HGET', config, 'revision') or '') ~= revision then return {'changed'} end
if with_days == '' and redis.call('ZCARD', days) > 0 then return {'in_use'} end
if with_days == '' and redis.call('EXISTS', coming) == 1 then return {'booked'} end
redis.call('HDEL', config, 'revision', 'document')
redis.call('HSET', config, 'removing', new_mark)
record(audit_log, audit_totals, entry)
return {'done', new_mark}
