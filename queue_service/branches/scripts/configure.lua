-- Put a configuration in place, if the branch is still as it was looked at.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] numbers of the day (hash)
-- KEYS[4] open counters hash   KEYS[5] heard counters hash
-- KEYS[6] shifts (sorted set)   KEYS[7] goals (list)   KEYS[8] names (hash)
-- KEYS[9] free counters hash
-- ARGV[1] revision decided by, '' for none yet   ARGV[2] last event id seen ('0-0' for none)
-- ARGV[3] new revision   ARGV[4] document (JSON)   ARGV[5] now in ms, '' for the clock
-- ARGV[6] owners: JSON, prefix → service, of the prefixes that have numbers today
-- ARGV[7] JSON list of counters that are no more   ARGV[8] event data with @now
-- ARGV[9] the goals as JSON   ARGV[10] the names: JSON list, field and value in turns
-- Gives {'done'} {'changed'}

local revision = redis.call('HGET', KEYS[1], 'revision') or ''
-- Already in place: the reply to this very commit was lost and it was sent again.
if revision == ARGV[3] then return {'done'} end
if revision ~= ARGV[1] then return {'changed'} end
if redis.call('HEXISTS', KEYS[1], 'removing') == 1 then return {'changed'} end
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
if (last[1] and last[1][1] or '0-0') ~= ARGV[2] then return {'changed'} end
local now = clock(ARGV[5])
for prefix, service in pairs(cjson.decode(ARGV[6])) do
  redis.call('HSETNX', KEYS[3], 'owner|' .. prefix, service)
end
for _, counter in ipairs(cjson.decode(ARGV[7])) do
  if redis.call('HDEL', KEYS[4], counter) == 1 then shift(KEYS[6], now, counter, 'closed', '') end
  redis.call('HDEL', KEYS[5], counter)
  redis.call('HDEL', KEYS[9], counter)
end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'document', ARGV[4])
local goals = redis.call('LINDEX', KEYS[7], -1) or ''
if string.sub(goals, (string.find(goals, '|', 1, true) or 0) + 1) ~= ARGV[9] then
  redis.call('RPUSH', KEYS[7], whole(now) .. '|' .. ARGV[9])
end
local names = cjson.decode(ARGV[10])
if #names > 0 then redis.call('HSET', KEYS[8], unpack(names)) end
tell(KEYS[2], 'branch.changed', filled(ARGV[8], {now = whole(now)}))
return {'done'}
