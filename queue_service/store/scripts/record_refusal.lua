-- Add an entry about a refusal to the audit log, unless there are too many: an attack must not fill
-- the store.
--
-- KEYS[1] audit log (stream)   KEYS[2] totals of the log (hash)
-- KEYS[3] refusals of the minute (hash)   KEYS[4] mark of a refusal that is listed already (string)
-- ARGV[1] entry (JSON)   ARGV[2] how many refusals are listed in a minute
-- ARGV[3] how long the same refusal is listed once (ms), '' to list each
-- Gives {'done'}, or {'counted'} for one that is not listed

local log, totals, minute_counts, mark = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local entry, most, once_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local minute = whole(math.floor(clock('') / 60000))
if redis.call('HGET', minute_counts, 'minute') ~= minute then
  redis.call('DEL', minute_counts)
  redis.call('HSET', minute_counts, 'minute', minute)
  redis.call('PEXPIRE', minute_counts, 120000)
end
local again = once_ms ~= '' and not redis.call('SET', mark, '1', 'NX', 'PX', once_ms)
if again or redis.call('HINCRBY', minute_counts, 'listed', 1) > most then
  redis.call('HINCRBY', totals, cjson.decode(entry).action, 1)
  return {'counted'}
end
record(log, totals, entry)
return {'done'}
