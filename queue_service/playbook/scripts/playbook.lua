-- Write a service's entry, unless somebody else has written it meanwhile.
--
-- KEYS[1] entries (hash)   KEYS[2] the service's versions (list)
-- ARGV[1] service   ARGV[2] the revision that is replaced, 0 for none   ARGV[3] the entry (JSON)
-- ARGV[4] the version that is now in force (JSON), '' where none was approved
-- Gives {'done'} {'changed'}

local entries, versions = KEYS[1], KEYS[2]
local service, revision, entry, version = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local stored = redis.call('HGET', entries, service)
local present = stored and cjson.decode(stored).revision or 0
if present ~= revision then return {'changed'} end
redis.call('HSET', entries, service, entry)
if version ~= '' then redis.call('RPUSH', versions, version) end
return {'done'}
