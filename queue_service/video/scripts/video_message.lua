-- Pass a message between the two pages of a video counter, for the visit that is there.
--
-- KEYS[1] config hash   KEYS[2] busy counters hash   KEYS[3] the counter's messages (stream)
-- KEYS[4] events (stream)   KEYS[5] the clerk's page (string)   KEYS[6] messages sent (string)
-- KEYS[7] idempotency key (string)
-- ARGV[1] counter   ARGV[2] who sends: screen or clerk   ARGV[3] the message (JSON)
-- ARGV[4] after how many ms it is forgotten   ARGV[5] how many are kept
-- ARGV[6] event name   ARGV[7] its data with @now   ARGV[8] '1' if it ends the conversation
-- ARGV[9] the clerk's page, '' of the screen's   ARGV[10] for how many ms that is kept
-- ARGV[11] most messages   ARGV[12] within so many seconds
-- ARGV[13] fingerprint, '' without an idempotency key
-- Gives {'done', id} {'replayed', id} {'reused'} {'nobody'} {'taken'} if another page is the clerk's {'limited', seconds}
--       {'gone'} if there is no such branch

local config, busy_counters, messages, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local clerk_page, sent, idempotency_key = KEYS[5], KEYS[6], KEYS[7]
local counter, party, message, kept_ms, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local event_name, event_template, ends = ARGV[6], ARGV[7], ARGV[8] == '1'
local page, page_kept_ms, most_sent, within = ARGV[9], ARGV[10], tonumber(ARGV[11]), ARGV[12]
local fingerprint = ARGV[13]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local visit = redis.call('HGET', busy_counters, counter)
if not visit then
  redis.call('DEL', messages)
  return {'nobody'}
end
if party == 'clerk' then
  local before, own = redis.call('GET', clerk_page), visit .. '|' .. page
  if before and before ~= own and string.sub(before, 1, #visit + 1) == visit .. '|' then return {'taken'} end
  redis.call('SET', clerk_page, own, 'PX', page_kept_ms)
end
if tonumber(redis.call('GET', sent) or 0) >= most_sent then
  return {'limited', math.max(1, redis.call('TTL', sent))}
end
if redis.call('INCR', sent) == 1 then redis.call('EXPIRE', sent, within) end
local now = clock('')
local last = redis.call('XREVRANGE', messages, '+', '-', 'COUNT', 1)[1]
-- Messages of another visit are gone with it, and all messages when a conversation ends.
if last and (last[2][2] ~= visit or ends) then redis.call('DEL', messages) end
local id = redis.call('XADD', messages, 'MAXLEN', most, '*', 'visit', visit, 'party', party, 'message', message)
redis.call('XTRIM', messages, 'MINID', whole(now - kept_ms))
redis.call('PEXPIRE', messages, kept_ms)
append_event(events, event_name, fill(event_template, {now = whole(now)}))
remember(idempotency_key, fingerprint, id)
return {'done', id}
