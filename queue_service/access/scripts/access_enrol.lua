-- Turn a one-time link into a token: the link is gone and the token is there, or neither.
--
-- KEYS[1]  string  the enrolment link's record
-- KEYS[2]  hash    tokens
-- KEYS[3]  stream  audit log
-- KEYS[4]  hash    totals of the audit log
-- ARGV[1]  string  the link's record as it was read
-- ARGV[2]  string  id of the new token
-- ARGV[3]  string  JSON of the new token
-- ARGV[4]  string  entry of the audit log (JSON)
--
-- Returns 1 when the token is there, 0 when the link was used or has expired.
-- A repeated call finds its own token and returns 1 again.

local enrolment_link, tokens, audit_log, audit_totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local link_read, token_id, token, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('HGET', tokens, token_id) == token then
  return 1
end
if redis.call('GET', enrolment_link) ~= link_read then
  return 0
end
redis.call('DEL', enrolment_link)
redis.call('HSET', tokens, token_id, token)
record(audit_log, audit_totals, entry)
return 1
