-- Let the central server or the bus run a mobile branch.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] open numbers hash   KEYS[4] open counters hash
-- KEYS[5] mobile hash   KEYS[6] marks hash   KEYS[7] holds hash   KEYS[8] prefix of the queues, followed by a service
-- ARGV[1] 'home' or 'bus'   ARGV[2] new revision   ARGV[3] the branch's services (JSON)
-- Gives {'done'} {'same'} {'none'} if no bus was ever heard of
--       {'busy'} for the bus while the central server has open visits or counters: they could not be ended

local config, events, open_numbers, open_counters, mobile = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local marks, holds, queue_prefix = KEYS[6], KEYS[7], KEYS[8]
local run_by, new_revision = ARGV[1], ARGV[2]

local before = redis.call('HGET', config, 'elsewhere')
if not before then return {'none'} end
if before == run_by then return {'same'} end
if run_by == 'bus' then
  if redis.call('HLEN', open_counters) > 0 then return {'busy'} end
  -- The bus' own numbers wait for the bus.
  for _, id in ipairs(redis.call('HVALS', open_numbers)) do
    local hold = redis.call('HGET', holds, id)
    if not hold or string.sub(hold, 1, 4) ~= 'bus:' then return {'busy'} end
  end
else
  -- A waiting visit has a number of the bus and keeps its place: here it is only called by hand.
  for _, service in ipairs(cjson.decode(ARGV[3])) do
    local waiting = redis.call('ZRANGE', queue_prefix .. service, 0, -1, 'WITHSCORES')
    for i = 1, #waiting, 2 do
      redis.call('HSET', holds, waiting[i], 'bus:|0|' .. waiting[i + 1] .. '|' .. service)
    end
  end
end
local machine = redis.call('HGET', mobile, 'machine')
if machine then redis.call('HSET', mobile, 'former', machine) end
redis.call('HDEL', mobile, 'machine') -- it may be replaced
redis.call('HSET', mobile, 'handed_over_at', whole(clock('')))
if run_by == 'bus' then
  -- The central server may have ended what the bus goes on with: the days that are not over are
  -- asked for again.
  local kept = redis.call('HGETALL', marks)
  for i = 1, #kept, 2 do
    local sequence = string.match(kept[i + 1], '^(%d+)|[^|]*|0$')
    if sequence then redis.call('HSET', marks, kept[i], sequence .. '||0') end
  end
end
redis.call('HSET', config, 'elsewhere', run_by, 'revision', new_revision)
append_event(events, 'branch.changed', '{"at":' .. whole(clock('')) .. ',"revision":"' .. new_revision .. '"}')
return {'done'}
