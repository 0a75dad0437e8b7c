-- Replace or remove one field of a hash, if it still holds what was read.
--
-- KEYS[1]  hash    tokens or accounts
-- ARGV[1]  string  the field: a token's id or an account's name
-- ARGV[2]  string  the value that was read; '' for "no such field"
-- ARGV[3]  string  the value to write; '' removes the field
--
-- Returns 1 when the field now holds ARGV[3], 0 when somebody else changed it in between.
-- A repeated call finds its own work done and returns 1 again.

local found = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if found == ARGV[3] then
  return 1
end
if found ~= ARGV[2] then
  return 0
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
