-- Turn a one-time link into a token: the link is gone and the token is there, or neither.
--
-- KEYS[1]  string  the enrolment link's record
-- KEYS[2]  hash    tokens
-- ARGV[1]  string  the link's record as it was read
-- ARGV[2]  string  id of the new token
-- ARGV[3]  string  JSON of the new token
--
-- Returns 1 when the token is there, 0 when the link was used or has expired.
-- A repeated call finds its own token and returns 1 again.

if redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[3] then
  return 1
end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
