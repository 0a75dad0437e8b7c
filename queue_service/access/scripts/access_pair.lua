-- Give a waiting screen its access: the token is there and its code is used, or neither.
--
-- KEYS[1]  string  the record of the screen that shows the code
-- KEYS[2]  hash    tokens
-- KEYS[3]  stream  audit log
-- KEYS[4]  hash    totals of the audit log
-- ARGV[1]  string  the record as it was read
-- ARGV[2]  string  the record with the id of its token; it stays until the code would have ended
-- ARGV[3]  string  id of the new token
-- ARGV[4]  string  JSON of the new token
-- ARGV[5]  string  entry of the audit log (JSON)
--
-- Returns 1 when the token is there, 0 when the code was used or has expired.
-- A repeated call finds its own token and returns 1 again.

local pairing, tokens, audit_log, audit_totals = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local waiting, confirmed, token_id, token, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if redis.call('HGET', tokens, token_id) == token then
  return 1
end
if redis.call('GET', pairing) ~= waiting then
  return 0
end
redis.call('SET', pairing, confirmed, 'KEEPTTL')
redis.call('HSET', tokens, token_id, token)
record(audit_log, audit_totals, entry)
return 1
