-- Replace or remove one field of a hash, if it still holds what was read.
--
-- KEYS[1]  hash    accounts, passkeys of an account, or people of a browser
-- KEYS[2]  stream  audit log
-- KEYS[3]  hash    totals of the audit log
-- ARGV[1]  string  the field: an account's name or a passkey's credential id
-- ARGV[2]  string  the value that was read; '' for "no such field"
-- ARGV[3]  string  the value to write; '' removes the field
-- ARGV[4]  string  entry of the audit log (JSON); '' for none
--
-- Returns 1 when the field now holds ARGV[3], 0 when somebody else changed it in between.
-- A repeated call finds its own work done and returns 1 again.

local hash, audit_log, audit_totals = KEYS[1], KEYS[2], KEYS[3]
local field, value_read, new_value, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local current = redis.call('HGET', hash, field) or ''
if current == new_value then
  return 1
end
if current ~= value_read then
  return 0
end
if new_value == '' then
  redis.call('HDEL', hash, field)
else
  redis.call('HSET', hash, field, new_value)
end
record(audit_log, audit_totals, entry)
return 1
