-- Let home or the bus run a mobile branch.
--
-- KEYS[1] config hash   KEYS[2] events (stream)
-- ARGV[1] 'home' or 'bus'   ARGV[2] new revision
-- Gives {'done'} {'same'} {'none'} where no bus was ever heard of

local config, events = KEYS[1], KEYS[2]
local run_by, new_revision = ARGV[1], ARGV[2]

local before = redis.call('HGET', config, 'elsewhere')
if not before then return {'none'} end
if before == run_by then return {'same'} end
redis.call('HSET', config, 'elsewhere', run_by, 'revision', new_revision)
append_event(events, 'branch.changed', '{"at":' .. whole(clock('')) .. ',"revision":"' .. new_revision .. '"}')
return {'done'}
