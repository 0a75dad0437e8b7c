-- On a bus: note whether the central server runs the branch now.
--
-- KEYS[1] config hash   KEYS[2] events (stream)
-- ARGV[1] '1' if the central server runs it, '0' if this machine does   ARGV[2] new revision
-- Gives {'done'} {'same'} {'gone'} if there is no such branch

local config, events = KEYS[1], KEYS[2]
local taken_over, new_revision = ARGV[1], ARGV[2]

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
if (redis.call('HGET', config, 'taken_over') or '0') == taken_over then return {'same'} end
-- Anyone who decided by the revision before has to look again, and issues no more.
redis.call('HSET', config, 'taken_over', taken_over, 'revision', new_revision)
append_event(events, 'branch.changed', '{"at":' .. whole(clock('')) .. ',"revision":"' .. new_revision .. '"}')
return {'done'}
