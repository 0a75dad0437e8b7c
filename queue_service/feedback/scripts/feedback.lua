-- Count what a citizen answered, unless the terminal repeats itself.
--
-- KEYS[1] config hash   KEYS[2] the day's answers (hash)   KEYS[3] idempotency key (string)
-- KEYS[4] the terminal (string, 'last|since|sent|counted')
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key
-- ARGV[3] now in ms, '' for the clock   ARGV[4] ARGV[5] the hour's beginning and end in ms
-- ARGV[6] JSON list of fields to add one to   ARGV[7] the field of those set aside
-- ARGV[8] answers closer than so many ms are repeats   ARGV[9] at most so many are counted in the
-- window   ARGV[10] and so many may be sent   ARGV[11] the window in ms
-- Gives {'done', counted} {'replayed', counted} {'reused'} {'stale'} {'limited', seconds},
--       where counted is '1' or '0'

local config, day, idempotency_key, terminal = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local revision, fingerprint, now_text = ARGV[1], ARGV[2], ARGV[3]
local begins, ends, fields_json, set_aside = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6], ARGV[7]
local repeat_ms, most_counted = tonumber(ARGV[8]), tonumber(ARGV[9])
local most_sent, window_ms = tonumber(ARGV[10]), tonumber(ARGV[11])

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
local now = clock(now_text)
if now < begins or now >= ends then return {'stale'} end

local last, since, sent, counts = string.match(
  redis.call('GET', terminal) or '', '^(%d+)|(%d+)|(%d+)|(%d+)$')
last, since = tonumber(last), tonumber(since or now)
sent, counts = tonumber(sent or 0), tonumber(counts or 0)
-- A clock that was set back begins a new window, too.
if now < since or now - since >= window_ms then since, sent, counts = now, 0, 0 end
if sent >= most_sent then return {'limited', math.ceil((since + window_ms - now) / 1000)} end
local again = last and now >= last and now - last < repeat_ms
local counted = counts < most_counted and not again
if counted then counts = counts + 1 end
local remembers = table.concat({whole(now), whole(since), sent + 1, counts}, '|')
redis.call('SET', terminal, remembers, 'PX', window_ms)
if counted then
  for _, field in ipairs(cjson.decode(fields_json)) do redis.call('HINCRBY', day, field, 1) end
else
  redis.call('HINCRBY', day, set_aside, 1)
end
local answer = counted and '1' or '0'
-- Forgotten a day after the hour: the remaining time reveals no more than the hour.
remember(idempotency_key, fingerprint, answer, whole(MEMORY_SECONDS * 1000 + ends - now))
return {'done', answer}
