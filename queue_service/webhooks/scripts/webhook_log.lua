-- A stretch of a branch's log, and what is still kept of it, as of one instant.
--
-- KEYS[1] events (stream)
-- ARGV[1] the entry after which the stretch begins   ARGV[2] its last entry, '+' for all there is
-- ARGV[3] how many entries at most
-- Gives {first, lost, entries}: the id of the first entry that is kept, '' without any, and '1'
--       where entries have gone from the log since its beginning

local events, after, until_entry, most = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local first = redis.call('XRANGE', events, '-', '+', 'COUNT', 1)
if #first == 0 then return {'', '', {}} end
local about = redis.call('XINFO', 'STREAM', events)
local known = {}
for i = 1, #about, 2 do known[about[i]] = about[i + 1] end
local lost = known['entries-added'] > known['length'] and '1' or ''
return {first[1][1], lost, redis.call('XRANGE', events, '(' .. after, until_entry, 'COUNT', most)}
