-- Note how far an endpoint has come, unless it is gone or another process has noted it meanwhile.
--
-- KEYS[1] endpoints (hash)   KEYS[2] the endpoint's state (hash)
-- KEYS[3] its deliveries (list)   KEYS[4] its requests (hash)
-- ARGV[1] endpoint's id   ARGV[2] field of the cursor, '' for none
-- ARGV[3] the cursor as it was read, '' for none   ARGV[4] the cursor from now on
-- ARGV[5] fields of the state to set (JSON)   ARGV[6] a delivery (JSON), '' for none
-- ARGV[7] how many deliveries are kept   ARGV[8] the field that counts its outcome
-- ARGV[9] the request that is done, '' for none
-- Gives {'done'} {'gone'} {'changed'}

local endpoints, state, deliveries, requests = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, field, read, cursor = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local set, delivery, kept, outcome, request = cjson.decode(ARGV[5]), ARGV[6], ARGV[7], ARGV[8], ARGV[9]

if redis.call('HEXISTS', endpoints, id) == 0 then return {'gone'} end
if field ~= '' and (redis.call('HGET', state, field) or '') ~= read then return {'changed'} end
if field ~= '' then redis.call('HSET', state, field, cursor) end
for name, value in pairs(set) do redis.call('HSET', state, name, value) end
if delivery ~= '' then
  redis.call('LPUSH', deliveries, delivery)
  redis.call('LTRIM', deliveries, 0, tonumber(kept) - 1)
  redis.call('HINCRBY', state, outcome, 1)
end
if request ~= '' then redis.call('HDEL', requests, request) end
return {'done'}
