-- Put a configuration in place, if the branch is still as it was read.
--
-- KEYS[1] config hash   KEYS[2] events (stream)   KEYS[3] numbers of the day (hash)
-- KEYS[4] open counters hash   KEYS[5] last seen hash
-- KEYS[6] shifts (sorted set)   KEYS[7] goals (list)   KEYS[8] names (hash)
-- KEYS[9] free counters hash   KEYS[10] paused counters hash   KEYS[11] totals hash
-- KEYS[12] revisions (stream)   KEYS[13] audit log (stream)   KEYS[14] totals of the audit log (hash)
-- ARGV[1] revision decided by, '' for none yet   ARGV[2] last event id seen ('0-0' for none)
-- ARGV[3] new revision   ARGV[4] document (JSON)   ARGV[5] now in ms, '' for the clock
-- ARGV[6] owners: JSON, prefix → service, of the prefixes that have numbers today
-- ARGV[7] JSON list of open or paused counters to close   ARGV[8] event data with @now
-- ARGV[9] the goals as JSON   ARGV[10] the names: JSON list, field and value in turns
-- ARGV[11] entry of the audit log (JSON), '' for none   ARGV[12] how many revisions are kept
-- Gives {'done'} {'changed'}

local config, events, numbers, open_counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counters_last_seen, shifts, goal_history, name_history = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local free_counters, paused_counters, totals = KEYS[9], KEYS[10], KEYS[11]
local revisions, audit_log, audit_totals = KEYS[12], KEYS[13], KEYS[14]
local revision_read, last_event_read, new_revision, document = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now_text, owners_json, closing_json = ARGV[5], ARGV[6], ARGV[7]
local event_template, goals_json, names_json = ARGV[8], ARGV[9], ARGV[10]
local entry, revisions_kept = ARGV[11], ARGV[12]

local revision = redis.call('HGET', config, 'revision') or ''
-- Already in place: the reply to this very commit was lost and it was sent again.
if revision == new_revision then return {'done'} end
if revision ~= revision_read then return {'changed'} end
if redis.call('HEXISTS', config, 'removing') == 1 then return {'changed'} end
local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)
if (last[1] and last[1][1] or '0-0') ~= last_event_read then return {'changed'} end
local now = clock(now_text)
for prefix, service in pairs(cjson.decode(owners_json)) do
  redis.call('HSETNX', numbers, 'owner|' .. prefix, service)
end
for _, counter in ipairs(cjson.decode(closing_json)) do
  local since, reason = pause_of(redis.call('HGET', paused_counters, counter))
  if since and since > 0 then count_pause(totals, now, since, reason) end
  local open = redis.call('HDEL', open_counters, counter) + redis.call('HDEL', paused_counters, counter)
  if open > 0 then shift(shifts, now, counter, 'closed', '') end
  redis.call('HDEL', counters_last_seen, counter)
  redis.call('HDEL', free_counters, counter)
end
-- A branch of a version that kept no revisions: the first one is the configuration until now.
local document_before = redis.call('HGET', config, 'document')
if document_before and redis.call('EXISTS', revisions) == 0 then
  redis.call('XADD', revisions, '*', 'revision', revision, 'document', document_before, 'entry', '')
end
redis.call('HSET', config, 'revision', new_revision, 'document', document)
redis.call('XADD', revisions, 'MAXLEN', revisions_kept, '*', 'revision', new_revision, 'document', document, 'entry', entry)
record(audit_log, audit_totals, entry)
local goals = redis.call('LINDEX', goal_history, -1) or ''
if string.sub(goals, (string.find(goals, '|', 1, true) or 0) + 1) ~= goals_json then
  redis.call('RPUSH', goal_history, whole(now) .. '|' .. goals_json)
end
local names = cjson.decode(names_json)
if #names > 0 then redis.call('HSET', name_history, unpack(names)) end
append_event(events, 'branch.changed', fill(event_template, {now = whole(now)}))
return {'done'}
