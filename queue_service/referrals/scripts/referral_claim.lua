-- Note at the branch of the inquiry where its referral goes, if what was noted before is still as it was
-- read. The referral is written after the note, so that of two windows one refers it. Safe to
-- repeat.
--
-- KEYS[1] config hash   KEYS[2] sent (hash)
-- ARGV[1] id   ARGV[2] 'ms|branch' as read, '' for none   ARGV[3] 'ms|branch'
-- Gives {'done'} {'changed'} {'gone'} if there is no such branch

local config, sent = KEYS[1], KEYS[2]
local id, note_read, note = ARGV[1], ARGV[2], ARGV[3]

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local current = redis.call('HGET', sent, id) or ''
if current == note then return {'done'} end
if current ~= note_read then return {'changed'} end
redis.call('HSET', sent, id, note)
return {'done'}
