-- Count a login before its password is checked, unless there were too many failures already.
--
-- KEYS[1]  zset    the accounts that this browser has logged in to, by when
-- KEYS[2]  zset    failures of this account on this browser
-- KEYS[3]  zset    failures of this account from this address, of browsers it does not know
-- KEYS[4]  zset    failures of this account from everywhere, of browsers it does not know
-- KEYS[5]  zset    accounts tried in vain from this address, of browsers they do not know
-- ARGV[1]  number  now, in milliseconds
-- ARGV[2]  number  milliseconds for which a failure counts
-- ARGV[3]  number  milliseconds for which a browser is known after a login
-- ARGV[4]  string  the account, as a digest
-- ARGV[5]  string  an id for this attempt
-- ARGV[6]  number  how many failures KEYS[2] takes; ARGV[7] KEYS[3]; ARGV[8] KEYS[4]; ARGV[9] KEYS[5]
--
-- Returns 0 when the password may be checked, else the milliseconds to wait. A refused attempt
-- is not counted, so that a wait always ends. A known browser is counted on KEYS[2] alone: what
-- strangers do closes no door on it, and what it does closes none on others.

local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local since = redis.call('ZSCORE', KEYS[1], ARGV[4])
local counted
if since and now - tonumber(since) < tonumber(ARGV[3]) then
  counted = {{KEYS[2], tonumber(ARGV[6]), ARGV[5]}}
else
  counted = {
    {KEYS[3], tonumber(ARGV[7]), ARGV[5]},
    {KEYS[4], tonumber(ARGV[8]), ARGV[5]},
    {KEYS[5], tonumber(ARGV[9]), ARGV[4]},
  }
end

local longest = 0
for _, each in ipairs(counted) do
  local key, limit, member = each[1], each[2], each[3]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local count = redis.call('ZCARD', key)
  if count >= limit and not redis.call('ZSCORE', key, member) then
    local oldest = redis.call('ZRANGE', key, count - limit, count - limit, 'WITHSCORES')
    longest = math.max(longest, tonumber(oldest[2]) + window - now, 1)
  end
end
if longest > 0 then
  return longest
end
for _, each in ipairs(counted) do
  redis.call('ZADD', each[1], now, each[3])
  redis.call('PEXPIRE', each[1], window)
end
return 0
