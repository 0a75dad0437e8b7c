-- Note a contact of a mobile branch. The first time the central server hands the branch over to it.
--
-- KEYS[1] config hash   KEYS[2] open numbers hash   KEYS[3] open counters hash
-- KEYS[4] mobile hash   KEYS[5] events (stream)   KEYS[6] sent counts hash
-- ARGV[1] new revision   ARGV[2] now in ms   ARGV[3] fields of the mobile hash (JSON)
-- ARGV[4] which machine speaks, '' for one that does not say
-- Gives {'bus'} {'home'} by whom the branch is run; {'other'} if another machine has made contact since the
--       branch was last handed over, whose days would be mixed up with these; {'busy'} while the central server has open visits or counters,
--       {'gone'} if there is no such branch

local config, open_numbers, open_counters, mobile, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local sent_counts = KEYS[6]
local new_revision, now_text, fields_json, machine = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local known = redis.call('HGET', mobile, 'machine')
if machine ~= '' and known and known ~= machine then return {'other'} end
local run_by = redis.call('HGET', config, 'elsewhere')
if not run_by then
  if redis.call('HLEN', open_numbers) > 0 or redis.call('HLEN', open_counters) > 0 then return {'busy'} end
  run_by = 'bus'
  -- Anyone who decided by the revision before has to look again, and finds the branch elsewhere.
  redis.call('HSET', config, 'elsewhere', run_by, 'revision', new_revision)
  append_event(events, 'branch.changed', '{"at":' .. now_text .. ',"revision":"' .. new_revision .. '"}')
end
if machine ~= '' and not known then
  local former = redis.call('HGET', mobile, 'former')
  -- Another machine counts from nothing, and what the former has sent stays.
  if former and former ~= machine then redis.call('DEL', sent_counts) end
  redis.call('HSET', mobile, 'machine', machine)
end
for field, value in pairs(cjson.decode(fields_json)) do redis.call('HSET', mobile, field, value) end
return {run_by}
