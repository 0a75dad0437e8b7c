-- Take a login that succeeded out of the counts of failures.
--
-- KEYS[1]  string  failures of this account from this address
-- KEYS[2]  string  failures of this account from all addresses
-- KEYS[3]  string  failures from this address on all accounts
-- KEYS[4]  string  there when this address logged in to this account lately
-- ARGV[1]  number  milliseconds for which KEYS[4] is kept
--
-- Returns 1.

redis.call('DEL', KEYS[1])
for index = 2, 3 do
  if tonumber(redis.call('GET', KEYS[index]) or '0') > 0 then
    redis.call('DECR', KEYS[index])
  end
end
redis.call('SET', KEYS[4], '1', 'PX', ARGV[1])
return 1
