-- Enter paper tickets as visits of their business day: all that are new, or nothing. A number that
-- was entered before stays as it is, wherever that was: the id of its visit is made from its
-- number, and the visit may have been sent by a bus.
--
-- KEYS[1] config hash               KEYS[5] days (sorted set)   KEYS[9]  totals hash
-- KEYS[2] idempotency key (string)  KEYS[6] day hash            KEYS[10] events (stream)
-- KEYS[3] numbers on paper (hash)   KEYS[7] summary (string)    KEYS[11] prefix of the visits
-- KEYS[4] index of the day (list)   KEYS[8] final (string)
-- ARGV[1] revision   ARGV[2] fingerprint, '' without an idempotency key
-- ARGV[3] business date (2026-11-25)   ARGV[4] the same as a number
-- ARGV[5] the tickets (JSON): number, id, document, totals, day, event (JSON text)
-- ARGV[6] the events' name
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'} {'final'}, where the answer is
--       a JSON list of [is new, document]

local config, idempotency_key, on_paper, day_index = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local days, day_counts, summary, final = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local totals, events, visit_prefix = KEYS[9], KEYS[10], KEYS[11]
local revision, fingerprint, date, day_number = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tickets, event_name = cjson.decode(ARGV[5]), ARGV[6]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
if redis.call('HGET', config, 'revision') ~= revision then return {'stale'} end
if redis.call('EXISTS', final) == 1 then return {'final'} end

local answers = {}
for _, ticket in ipairs(tickets) do
  local document = redis.call('GET', visit_prefix .. ticket.id)
  -- The same to the stamp: the reply to this very commit was lost and it was sent again.
  local again = document == ticket.document
  redis.call('HSET', on_paper, ticket.number, ticket.id)
  if not document then
    redis.call('SET', visit_prefix .. ticket.id, ticket.document)
    if redis.call('RPUSH', day_index, ticket.id) == 1 then redis.call('ZADD', days, day_number, date) end
    add_all(totals, ticket.totals)
    add_all(day_counts, ticket.day)
    redis.call('DEL', summary)
    append_event(events, event_name, ticket.event)
    document, again = ticket.document, true
  end
  answers[#answers + 1] = {again, document}
end
local reply = cjson.encode(answers)
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
