-- Add or change an endpoint, or ask for something to be sent to it.
--
-- KEYS[1] endpoints (hash)   KEYS[2] idempotency key (string)
-- KEYS[3] the endpoint's state (hash)   KEYS[4] its requests (hash)
-- KEYS[5] audit log (stream)   KEYS[6] totals of the audit log (hash)
-- ARGV[1] endpoint's id   ARGV[2] the endpoint as it was read, '' for a new one
-- ARGV[3] the endpoint from now on   ARGV[4] fingerprint, '' without a key
-- ARGV[5] how many endpoints there may be   ARGV[6] fields of the state to set (JSON)
-- ARGV[7] fields of the state to remove (JSON)   ARGV[8] id of a request, '' for none
-- ARGV[9] the request   ARGV[10] how many requests may wait
-- ARGV[11] entry of the audit log (JSON), '' for none
-- Gives {'done', id} {'replayed', id} {'reused'} {'changed'} {'full'} {'busy'}

local endpoints, idempotency_key, state, requests = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local audit_log, audit_totals = KEYS[5], KEYS[6]
local id, read, endpoint, fingerprint = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most, set, removed = tonumber(ARGV[5]), cjson.decode(ARGV[6]), cjson.decode(ARGV[7])
local request, request_text, most_requests, entry = ARGV[8], ARGV[9], tonumber(ARGV[10]), ARGV[11]

local earlier = remembered(idempotency_key, fingerprint)
if earlier then return earlier end
local stored = redis.call('HGET', endpoints, id) or ''
-- Already as wanted: the reply was lost and the change was sent again.
if stored == endpoint and stored ~= read then return {'done', id} end
if stored ~= read then return {'changed'} end
if read == '' and redis.call('HLEN', endpoints) >= most then return {'full'} end
if request ~= '' and redis.call('HLEN', requests) >= most_requests then return {'busy'} end
redis.call('HSET', endpoints, id, endpoint)
for _, field in ipairs(removed) do redis.call('HDEL', state, field) end
for field, value in pairs(set) do redis.call('HSET', state, field, value) end
if request ~= '' then redis.call('HSET', requests, request, request_text) end
record(audit_log, audit_totals, entry)
remember(idempotency_key, fingerprint, id)
return {'done', id}
