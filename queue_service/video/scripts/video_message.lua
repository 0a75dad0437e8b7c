-- Pass a message between the two pages of a video counter, for the visit that is there.
--
-- KEYS[1] config hash   KEYS[2] busy counters hash   KEYS[3] the counter's messages (stream)
-- KEYS[4] events (stream)
-- ARGV[1] counter   ARGV[2] who sends: screen or clerk   ARGV[3] the message (JSON)
-- ARGV[4] after how many ms it is forgotten   ARGV[5] how many are kept
-- ARGV[6] event name   ARGV[7] its data with @now   ARGV[8] '1' where it ends the conversation
-- Gives {'done', id} {'nobody'} {'gone'} where there is no such branch

local config, busy_counters, messages, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counter, party, message, kept_ms, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local event_name, event_template, ends = ARGV[6], ARGV[7], ARGV[8] == '1'

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local visit = redis.call('HGET', busy_counters, counter)
if not visit then
  redis.call('DEL', messages)
  return {'nobody'}
end
local now = clock('')
local last = redis.call('XREVRANGE', messages, '+', '-', 'COUNT', 1)[1]
-- What was said in another visit is gone with it, and so is all when a conversation ends.
if last and (last[2][2] ~= visit or ends) then redis.call('DEL', messages) end
local id = redis.call('XADD', messages, 'MAXLEN', most, '*', 'visit', visit, 'party', party, 'message', message)
redis.call('XTRIM', messages, 'MINID', whole(now - kept_ms))
redis.call('PEXPIRE', messages, kept_ms)
append_event(events, event_name, fill(event_template, {now = whole(now)}))
return {'done', id}
