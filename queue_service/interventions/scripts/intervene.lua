-- Keep the interventions that were decided on, unless the branch has changed since.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] idempotency key (string)
-- KEYS[4] day hash      KEYS[5] index of the day (list)
-- KEYS[6] prefix of the visits, followed by an id   KEYS[7] notes on days (hash)
-- KEYS[8] audit log (stream)   KEYS[9] totals of the audit log (hash)
-- ARGV[1] revision decided by   ARGV[2] revision from now on   ARGV[3] interventions (JSON)
-- ARGV[4] closures (JSON)       ARGV[5] data of the event (JSON)
-- ARGV[6] fingerprint, '' without an idempotency key   ARGV[7] answer
-- ARGV[8] services (JSON) of which is counted what kiosks have issued on the day
-- ARGV[9] its note on its date (JSON), '' for none; one without a text removes it
-- ARGV[10] entry of the audit log (JSON)
-- Gives {'done', answer} {'replayed', answer} {'reused'} {'stale'}

local config, events, idempotency_key, day_counts = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local day_index, visit_prefix, day_notes = KEYS[5], KEYS[6], KEYS[7]
local audit_log, audit_totals = KEYS[8], KEYS[9]
local revision_read, new_revision, interventions, closures = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local event_data, fingerprint, reply, services_json = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local note_json, entry = ARGV[9], ARGV[10]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local revision = redis.call('HGET', config, 'revision')
-- In place already: the reply to this very change was lost and it was sent again.
if revision == new_revision then return {'done', reply} end
if revision ~= revision_read then return {'stale'} end

local note, notes = note_json ~= '' and cjson.decode(note_json) or nil, {}
if note then
  for _, other in ipairs(cjson.decode(redis.call('HGET', day_notes, note.date) or '[]')) do
    if other.id ~= note.id then notes[#notes + 1] = other end
  end
  if note.text ~= '' then notes[#notes + 1] = note end
  table.sort(notes, function(one, other) return one.at < other.at or (one.at == other.at and one.id < other.id) end)
end

-- No ticket is issued meanwhile, and tickets issued from now on count by the new revision.
local services = cjson.decode(services_json)
if #services > 0 then
  local counts = {}
  for _, service in ipairs(services) do counts[service] = 0 end
  for _, id in ipairs(redis.call('LRANGE', day_index, 0, -1)) do
    local document = redis.call('GET', visit_prefix .. id)
    if document and string.find(document, '"issued_by":"', 1, true) then
      local service = string.match(document, '"issued_service":"([^"]*)"')
      if counts[service] then counts[service] = counts[service] + 1 end
    end
  end
  for service, count in pairs(counts) do redis.call('HSET', day_counts, 'kiosk|' .. service, count) end
end
redis.call('HSET', config, 'revision', new_revision, 'interventions', interventions, 'closures', closures)
if #notes > 0 then redis.call('HSET', day_notes, note.date, cjson.encode(notes))
elseif note then redis.call('HDEL', day_notes, note.date) end
append_event(events, 'branch.changed', event_data)
record(audit_log, audit_totals, entry)
remember(idempotency_key, fingerprint, reply)
return {'done', reply}
