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

local enrolment_link, tokens = KEYS[1], KEYS[2]
local link_read, token_id, token = ARGV[1], ARGV[2], ARGV[3]

if redis.call('HGET', tokens, token_id) == token then
  return 1
end
if redis.call('GET', enrolment_link) ~= link_read then
  return 0
end
redis.call('DEL', enrolment_link)
redis.call('HSET', tokens, token_id, token)
return 1
