-- Give a video counter's conversation to a clerk's page: to the one that called, or to one that takes it over.
--
-- KEYS[1] config hash   KEYS[2] busy counters hash   KEYS[3] the clerk's page (string)
-- KEYS[4] the counter's messages (stream)   KEYS[5] events (stream)   KEYS[6] idempotency key (string)
-- ARGV[1] counter   ARGV[2] page   ARGV[3] 'call', 'repeat' of a call, or 'take'   ARGV[4] for how many ms it is kept
-- ARGV[5] the screen's message if another page had it (JSON)   ARGV[6] ms after which messages are forgotten
-- ARGV[7] event name   ARGV[8] its data with @now   ARGV[9] fingerprint, '' without an idempotency key
-- Gives {'done', '1' if another page had it, else ''} {'replayed', the same} {'reused'} {'nobody'}
--       {'gone'} if there is no such branch

local config, busy_counters, clerk_page, messages, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local idempotency_key, fingerprint = KEYS[6], ARGV[9]
local counter, page, way, kept_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local joined, forgotten_ms, event_name, event_template = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local visit = redis.call('HGET', busy_counters, counter)
if not visit then return {'nobody'} end
local before, wanted = redis.call('GET', clerk_page), visit .. '|' .. page
local others = before and before ~= wanted and string.sub(before, 1, #visit + 1) == visit .. '|'
-- Another clerk may have taken it over since the call that is repeated.
if others and way == 'repeat' then return {'done', ''} end
redis.call('SET', clerk_page, wanted, 'PX', kept_ms)
remember(idempotency_key, fingerprint, others and '1' or '')
if not others or way ~= 'take' then return {'done', ''} end
redis.call('XADD', messages, '*', 'visit', visit, 'party', 'clerk', 'message', joined)
redis.call('PEXPIRE', messages, forgotten_ms)
append_event(events, event_name, fill(event_template, {now = whole(clock(''))}))
return {'done', '1'}
