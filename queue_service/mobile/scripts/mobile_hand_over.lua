-- Let home or the bus run a mobile branch.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] open numbers hash   KEYS[4] open counters hash
-- KEYS[5] mobile hash   KEYS[6] marks hash
-- ARGV[1] 'home' or 'bus'   ARGV[2] new revision
-- Gives {'done'} {'same'} {'none'} where no bus was ever heard of
--       {'busy'} for the bus while home has open visits or counters: nobody could end them

local config, events, open_numbers, open_counters, mobile = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local marks = KEYS[6]
local run_by, new_revision = ARGV[1], ARGV[2]

local before = redis.call('HGET', config, 'elsewhere')
if not before then return {'none'} end
if before == run_by then return {'same'} end
if run_by == 'bus' and (redis.call('HLEN', open_numbers) > 0 or redis.call('HLEN', open_counters) > 0) then
  return {'busy'}
end
local machine = redis.call('HGET', mobile, 'machine')
if machine then redis.call('HSET', mobile, 'former', machine) end
redis.call('HDEL', mobile, 'machine') -- it may be replaced
if run_by == 'bus' then
  -- Home may have ended what the bus goes on with: the days that are not over are asked for again.
  local kept = redis.call('HGETALL', marks)
  for i = 1, #kept, 2 do
    local sequence = string.match(kept[i + 1], '^(%d+)|[^|]*|0$')
    if sequence then redis.call('HSET', marks, kept[i], sequence .. '||0') end
  end
end
redis.call('HSET', config, 'elsewhere', run_by, 'revision', new_revision)
append_event(events, 'branch.changed', '{"at":' .. whole(clock('')) .. ',"revision":"' .. new_revision .. '"}')
return {'done'}
