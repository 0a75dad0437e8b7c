-- Look up a slip's code, and count what was answered with it, once.
--
-- KEYS[1] config hash   KEYS[2] the day's answers (hash)
-- KEYS[3] the code (string, 'expires|service|used')   KEYS[4] wrong codes of the address (string)
-- ARGV[1] revision   ARGV[2] now in ms, '' for the clock   ARGV[3] ARGV[4] the day's beginning and end in ms
-- ARGV[5] JSON list of fields to add one to, '' to look only
-- ARGV[6] so many wrong codes of one address are taken   ARGV[7] for so many ms
-- Gives {'open', service} {'used'} {'unknown'} {'limited', seconds} {'stale'} {'done'}

local config, day, code_key, wrong_codes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local revision, now_text, begins, ends = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local fields_json, most_wrong, window_ms = ARGV[5], tonumber(ARGV[6]), ARGV[7]

local now = clock(now_text)
local kept = redis.call('GET', code_key) or ''
local expires, service, used = string.match(kept, '^(%d+)|([^|]*)|([01])$')
if not expires or now >= tonumber(expires) then
  -- A code that somebody has is never refused: others of the same address may try many.
  if tonumber(redis.call('GET', wrong_codes) or 0) >= most_wrong then
    return {'limited', math.max(1, math.ceil(redis.call('PTTL', wrong_codes) / 1000))}
  end
  if redis.call('INCR', wrong_codes) == 1 then redis.call('PEXPIRE', wrong_codes, window_ms) end
  return {'unknown'}
end
if used == '1' then return {'used'} end
if fields_json == '' then return {'open', service} end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if now < begins or now >= ends then return {'stale'} end
for _, field in ipairs(cjson.decode(fields_json)) do redis.call('HINCRBY', day, field, 1) end
redis.call('SET', code_key, expires .. '||1', 'KEEPTTL')
return {'done'}
