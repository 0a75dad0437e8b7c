-- Count a contact without a ticket.
--
-- KEYS[1] config hash   KEYS[2] the day's contacts (hash)   KEYS[3] idempotency key (string)
-- KEYS[4] totals hash   KEYS[5] open counters (hash)   KEYS[6] the contact, to take it back (string)
-- KEYS[7] paused counters (hash), whose team had the counter when its pause began
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key
-- ARGV[3] now in ms, '' for the clock   ARGV[4] ARGV[5] the hour's beginning and end in ms
-- ARGV[6] date   ARGV[7] the contact's field   ARGV[8] counter, '' for none   ARGV[9] field of the
-- totals   ARGV[10] the same of the contact that is taken back   ARGV[11] for how long it can be,
-- in ms ARGV[12] the contact's id
-- Gives {'done', 'id|at'} {'replayed', 'id|at'} {'reused'} {'stale'}

local config, day, idempotency_key, totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local open_counters, contact, paused_counters = KEYS[5], KEYS[6], KEYS[7]
local revision, fingerprint, now_text = ARGV[1], ARGV[2], ARGV[3]
local begins, ends, date, field = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6], ARGV[7]
local counter, total, total_back, undo_ms = ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local id = ARGV[12]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local now = clock(now_text)
-- Every contact has a new id: the reply to this one was lost, and it was sent again.
if redis.call('EXISTS', contact) == 1 then return {'done', id .. '|' .. whole(now)} end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if now < begins or now >= ends then return {'stale'} end

local fields = {field}
if counter ~= '' then
  table.insert(fields, 'counter|' .. counter)
  local team = redis.call('HGET', open_counters, counter)
  if not team then
    local pause = redis.call('HGET', paused_counters, counter)
    team = pause and string.match(pause, '^%d+|[^|]*|(.*)$')
  end
  if team and team ~= '' then table.insert(fields, 'team|' .. team) end
end
for _, name in ipairs(fields) do redis.call('HINCRBY', day, name, 1) end
redis.call('HINCRBY', totals, total, 1)
local kept = cjson.encode({date = date, fields = fields, total = total_back})
redis.call('SET', contact, kept, 'PX', undo_ms)
local answer = id .. '|' .. whole(now)
remember(idempotency_key, fingerprint, answer)
return {'done', answer}
