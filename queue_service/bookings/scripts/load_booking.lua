-- A booking, by its code or by the owner whose page made it, with the store's time.
--
-- KEYS[1] prefix of the bookings, followed by a code   KEYS[2] owner (string), only with ARGV[3]
-- ARGV[1] code, '' for the owner's   ARGV[2] now in ms, '' for the clock   ARGV[3] '1' with an owner
-- Gives {now, code of the owner ('' none), booking (JSON, '' none)}

local prefix, owner = KEYS[1], KEYS[2]
local code, now_text, of_owner = ARGV[1], ARGV[2], ARGV[3] == '1'

local owned = of_owner and redis.call('GET', owner) or ''
if code == '' then code = owned end
return {whole(clock(now_text)), owned, code ~= '' and redis.call('GET', prefix .. code) or ''}
