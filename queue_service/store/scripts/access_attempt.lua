-- Count a login before its password is checked, unless there were too many failures already.
--
-- KEYS[1]  string  failures of this account from this address
-- KEYS[2]  string  failures of this account from all addresses
-- KEYS[3]  string  failures from this address on all accounts
-- KEYS[4]  string  there when this address logged in to this account lately
-- ARGV[1]  number  how many failures KEYS[1] bears
-- ARGV[2]  number  how many KEYS[2] bears; not asked when KEYS[4] is there, so that a stranger
--                  who guesses from elsewhere locks nobody out
-- ARGV[3]  number  how many KEYS[3] bears
-- ARGV[4]  number  milliseconds until a count is forgotten, from its first failure
--
-- Returns 0 when the password may be checked, else the milliseconds to wait. A refused attempt
-- is not counted, so that a wait always ends.

local function wait(key, limit)
  if tonumber(redis.call('GET', key) or '0') >= tonumber(limit) then
    return math.max(redis.call('PTTL', key), 1)
  end
  return 0
end

local longest = math.max(wait(KEYS[1], ARGV[1]), wait(KEYS[3], ARGV[3]))
if redis.call('EXISTS', KEYS[4]) == 0 then
  longest = math.max(longest, wait(KEYS[2], ARGV[2]))
end
if longest > 0 then
  return longest
end
for index = 1, 3 do
  if redis.call('INCR', KEYS[index]) == 1 then
    redis.call('PEXPIRE', KEYS[index], ARGV[4])
  end
end
return 0
