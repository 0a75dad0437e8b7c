-- Keep slips' codes until they expire, unless they are kept already, and count one that a caller is given.
--
-- KEYS[1] config hash   KEYS[2] codes the caller was given (string)
-- KEYS[3 on] codes that are made ahead (strings, 'expires|service|used')
-- ARGV[1] revision   ARGV[2] the service   ARGV[3] when the codes expire, in ms
-- ARGV[4] in how many ms that is   ARGV[5] so many a caller is given in a minute, 0 for no limit
-- Gives {'done', the numbers of those that are kept already…} {'stale'} {'limited', seconds}
--
-- No answer is kept for a repeat: in the store's log it would be next to the ticket.

local config, given = KEYS[1], KEYS[2]
local revision, service, expires, lifetime, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])

if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if most > 0 and tonumber(redis.call('GET', given) or 0) >= most then
  return {'limited', math.max(1, redis.call('TTL', given))}
end
if most > 0 and redis.call('INCR', given) == 1 then redis.call('EXPIRE', given, 60) end
local reply = {'done'}
for i = 3, #KEYS do
  if not redis.call('SET', KEYS[i], expires .. '|' .. service .. '|0', 'PX', lifetime, 'NX') then
    reply[#reply + 1] = i - 3
  end
end
return reply
