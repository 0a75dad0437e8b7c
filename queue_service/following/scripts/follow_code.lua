-- Look up the code with which a citizen follows a visit.
--
-- KEYS[1] code (string, the visit's id)   KEYS[2] wrong codes of the address (string)
-- ARGV[1] so many wrong codes of one address are taken   ARGV[2] for so many ms
-- Gives {'found', id} {'unknown'} {'limited', seconds}

local code, wrong_codes, most_wrong, window_ms = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]

local visit_id = redis.call('GET', code)
-- A code that somebody has is never refused: others of the same address may try many.
if visit_id then return {'found', visit_id} end
if tonumber(redis.call('GET', wrong_codes) or 0) >= most_wrong then
  return {'limited', math.max(1, math.ceil(redis.call('PTTL', wrong_codes) / 1000))}
end
if redis.call('INCR', wrong_codes) == 1 then redis.call('PEXPIRE', wrong_codes, window_ms) end
return {'unknown'}
