-- Take a login that succeeded out of the counts of failures, and know the browser from now on.
--
-- KEYS[1]  zset    the accounts that this browser has logged in to, by when; may be missing
-- KEYS[2]  zset    the same under the browser's new secret
-- KEYS[3]  zset    failures of this account on this browser
-- KEYS[4]  zset    failures of this account from this address
-- KEYS[5]  zset    failures of this account from everywhere
-- KEYS[6]  zset    accounts tried in vain from this address
-- ARGV[1]  number  now, in milliseconds
-- ARGV[2]  number  milliseconds for which a browser is known; 0: it is not remembered
-- ARGV[3]  string  the account, as a digest
-- ARGV[4]  string  the id of the attempt
-- ARGV[5]  number  the most accounts that a browser is known for
--
-- Returns 1. The former secret of a remembered browser is of no use any more. What strangers did from the same
-- address stays counted when a known browser logs in.

local now, lifetime, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[5])
local since = redis.call('ZSCORE', KEYS[1], ARGV[3])
local known = since and now - tonumber(since) < lifetime
if lifetime > 0 then
  if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('RENAME', KEYS[1], KEYS[2])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - lifetime)
  redis.call('ZADD', KEYS[2], now, ARGV[3])
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -most - 1)
  redis.call('PEXPIRE', KEYS[2], lifetime)
end
redis.call('DEL', KEYS[3])
if not known then
  redis.call('DEL', KEYS[4])
  redis.call('ZREM', KEYS[5], ARGV[4])
  redis.call('ZREM', KEYS[6], ARGV[3])
end
return 1
