-- Run one command on a key and add the entry about it to the audit log: both or neither.
--
-- KEYS[1] the key that is changed   KEYS[2] audit log (stream)   KEYS[3] totals of the log (hash)
-- ARGV[1] entry (JSON), '' for none   ARGV[2] name of the command   ARGV[3...] its arguments after the key
-- Gives {'done'}. The command has to be one that may be repeated, such as SET or HDEL.

local key, log, totals = KEYS[1], KEYS[2], KEYS[3]
local entry, command = ARGV[1], ARGV[2]

redis.call(command, key, unpack(ARGV, 3))
record(log, totals, entry)
return {'done'}
