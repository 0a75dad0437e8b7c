-- Look up a booking by the code that somebody typed.
--
-- KEYS[1] booking (string)   KEYS[2] wrong codes of the address (string)
-- ARGV[1] so many wrong codes of one address are taken   ARGV[2] for so many ms
-- ARGV[3] after so many of them it finds nothing in that time
-- Gives {'found', booking} {'unknown'} {'limited', seconds}

local booking, wrong_codes, most_wrong, window_ms = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
local refused_after = tonumber(ARGV[3])

local wrong = tonumber(redis.call('GET', wrong_codes) or 0)
local function limited()
  return {'limited', math.max(1, math.ceil(redis.call('PTTL', wrong_codes) / 1000))}
end

if wrong >= refused_after then return limited() end
local stored = redis.call('GET', booking)
-- A known code is not refused before: others of the same address may try many. A booking that is
-- only held is not found by its code yet.
-- A damaged value is none, as for all who read it.
local readable, document = pcall(cjson.decode, stored or '')
if readable and type(document) == 'table' and document.state ~= 'held' then return {'found', stored} end
if redis.call('INCR', wrong_codes) == 1 then redis.call('PEXPIRE', wrong_codes, window_ms) end
if wrong >= most_wrong then return limited() end
return {'unknown'}
