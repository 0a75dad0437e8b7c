-- Remove a successful login from the counts of failures, and remember its browser.
--
-- KEYS[1]  zset    the accounts that this browser has logged in to, by when; may be missing
-- KEYS[2]  zset    the same under the browser's new secret
-- KEYS[3]  zset    failures of this account on this browser
-- KEYS[4]  zset    failures of this account from this address
-- KEYS[5]  zset    failures of this account from everywhere
-- KEYS[6]  zset    accounts that were tried without success from this address
-- KEYS[7]  zset    failures of this account from everywhere, of colleagues' browsers
-- KEYS[8]  zset    accounts that were tried without success on this browser, a colleague's
-- KEYS[9]  hash    the people whom this browser knows; may be missing
-- KEYS[10] hash    the same under the browser's new secret
-- ARGV[1]  number  now, in milliseconds
-- ARGV[2]  number  milliseconds for which a browser is known; 0: it is not remembered
-- ARGV[3]  string  the account, as a digest
-- ARGV[4]  string  the id of the attempt
-- ARGV[5]  number  the most accounts that a browser is known for
--
-- Returns 1. The former secret of a remembered browser no longer counts. Failures of strangers from
-- the same address stay counted when another browser logs in.

local known_accounts, known_accounts_renewed, failures_of_browser = KEYS[1], KEYS[2], KEYS[3]
local failures_of_address, failures_everywhere, accounts_of_address = KEYS[4], KEYS[5], KEYS[6]
local now_text, lifetime_text, account, attempt = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local failures_of_colleagues, accounts_of_browser = KEYS[7], KEYS[8]
local most_text = ARGV[5]
local people, people_renewed = KEYS[9], KEYS[10]

local now, lifetime, most = tonumber(now_text), tonumber(lifetime_text), tonumber(most_text)
local stranger = redis.call('EXISTS', known_accounts) == 0
if lifetime > 0 then
  if redis.call('EXISTS', known_accounts) == 1 then
    redis.call('RENAME', known_accounts, known_accounts_renewed)
  end
  if redis.call('EXISTS', people) == 1 then
    redis.call('RENAME', people, people_renewed)
    redis.call('PEXPIRE', people_renewed, lifetime)
  end
  redis.call('ZREMRANGEBYSCORE', known_accounts_renewed, '-inf', now - lifetime)
  redis.call('ZADD', known_accounts_renewed, now, account)
  redis.call('ZREMRANGEBYRANK', known_accounts_renewed, 0, -most - 1)
  redis.call('PEXPIRE', known_accounts_renewed, lifetime)
end
redis.call('DEL', failures_of_browser)
redis.call('ZREM', failures_of_colleagues, attempt)
redis.call('ZREM', accounts_of_browser, account)
if stranger then
  redis.call('DEL', failures_of_address)
  redis.call('ZREM', failures_everywhere, attempt)
  redis.call('ZREM', accounts_of_address, account)
end
return 1
