-- Add an entry to the audit log, about something that no script of this slot changes.
--
-- KEYS[1] audit log (stream)   KEYS[2] totals of the log (hash)
-- ARGV[1] entry (JSON)
-- Gives {'done'}

local log, totals = KEYS[1], KEYS[2]
local entry = ARGV[1]

record(log, totals, entry)
return {'done'}
