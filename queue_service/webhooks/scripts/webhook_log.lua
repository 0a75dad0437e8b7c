-- A stretch of a branch's log, and what is still kept of it, as of one instant.
--
-- KEYS[1] events (stream)
-- ARGV[1] the entry after which the stretch begins   ARGV[2] its last entry, '+' for all there is
-- ARGV[3] how many entries at most, 0 for none
-- Gives {first, last, added, lost, entries}: the id of the first entry that is kept, '' without any;
--       the id of the last that there was; how many there were, and how many of them have gone

local events, after, until_entry, most = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])

if redis.call('EXISTS', events) == 0 then return {'', '0-0', 0, 0, {}} end
local about = redis.call('XINFO', 'STREAM', events)
local known = {}
for i = 1, #about, 2 do known[about[i]] = about[i + 1] end
local added = known['entries-added']
local lost = added - known['length']
local first = known['first-entry'] and known['first-entry'][1] or ''
local entries = {}
if most > 0 then entries = redis.call('XRANGE', events, '(' .. after, until_entry, 'COUNT', most) end
return {first, known['last-generated-id'], added, lost, entries}
