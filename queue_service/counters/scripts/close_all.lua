-- Close every counter of a branch, unless somebody is called or served at one of them.
--
-- KEYS[1] open counters hash   KEYS[2] busy counters hash   KEYS[3] free counters hash
-- KEYS[4] paused counters hash   KEYS[5] shifts (sorted set)   KEYS[6] totals hash   KEYS[7] events (stream)
-- ARGV[1] now, '' for the clock   ARGV[2] event name   ARGV[3] its data with @now and @counter
-- Gives {'done'} {'busy', counter, id}: then nothing is closed

local open_counters, busy_counters, free_counters, paused_counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local shifts, totals, events = KEYS[5], KEYS[6], KEYS[7]
local now_text, event_name, event_template = ARGV[1], ARGV[2], ARGV[3]

local busy = redis.call('HGETALL', busy_counters)
if #busy > 0 then return {'busy', busy[1], busy[2]} end
local now = clock(now_text)

local function close(counter)
  redis.call('HDEL', open_counters, counter)
  redis.call('HDEL', free_counters, counter)
  append_event(events, event_name, fill(event_template, {now = whole(now), counter = cjson.encode(counter)}))
  shift(shifts, now, counter, 'closed', '')
end

local paused = redis.call('HGETALL', paused_counters)
for i = 1, #paused, 2 do
  local since, reason = pause_of(paused[i + 1])
  if since > 0 then count_pause(totals, now, since, reason) end
  redis.call('HDEL', paused_counters, paused[i])
  if redis.call('HEXISTS', open_counters, paused[i]) == 0 then close(paused[i]) end
end
for _, counter in ipairs(redis.call('HKEYS', open_counters)) do close(counter) end
return {'done'}
