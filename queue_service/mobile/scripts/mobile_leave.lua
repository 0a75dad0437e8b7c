-- On a bus: set waiting numbers apart that the central server has called or moved, so that no counter here calls them.
--
-- KEYS[1] holds hash   KEYS[2] prefix of the queues, followed by a service
-- ARGV[1] ids with their services (JSON)
-- Gives {'done'}

local holds, queue_prefix = KEYS[1], KEYS[2]

for id, service in pairs(cjson.decode(ARGV[1])) do
  local place = redis.call('ZSCORE', queue_prefix .. service, id)
  if place then redis.call('HSET', holds, id, 'home:|0|' .. place .. '|' .. service) end
end
return {'done'}
