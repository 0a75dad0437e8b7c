-- Count a login before its password is checked, unless it comes too soon after too many failures.
--
-- KEYS[1]  zset    the accounts that this browser has logged in to, by when
-- KEYS[2]  zset    failures of this account on this browser
-- KEYS[3]  zset    failures of this account from this address, of strangers
-- KEYS[4]  zset    failures of this account from everywhere, of strangers
-- KEYS[5]  zset    accounts that were tried without success from this address, by strangers
-- KEYS[6]  zset    failures of this account from everywhere, of colleagues' browsers
-- KEYS[7]  zset    accounts that were tried without success on this browser, a colleague's
-- ARGV[1]  number  now, in milliseconds
-- ARGV[2]  number  milliseconds for which a failure counts
-- ARGV[3]  number  milliseconds for which a browser is known after a login
-- ARGV[4]  string  the account, as a digest
-- ARGV[5]  string  an id for this attempt
-- ARGV[6]  number  how many failures KEYS[2] takes; ARGV[7] KEYS[3]; ARGV[8] KEYS[4] and KEYS[6];
--                  ARGV[9] KEYS[5] and KEYS[7]
--
-- Returns 0 when the password may be checked, else the milliseconds to wait. From the limit on one
-- more may be checked each time that a limit-th of the window has passed since the newest failure:
-- as many a day as the limit allows, and no browser is refused for longer than that. A refused
-- attempt is not counted, so that a wait always ends. A browser that has logged in to this account is
-- counted in KEYS[2] alone, so that failures of others never slow it down, nor its own failures
-- others. A browser that has logged in to another account is a colleague's, and is counted apart from
-- strangers. All others are strangers.

local known_accounts, failures_of_browser, failures_of_address = KEYS[1], KEYS[2], KEYS[3]
local failures_everywhere, accounts_of_address = KEYS[4], KEYS[5]
local failures_of_colleagues, accounts_of_browser = KEYS[6], KEYS[7]
local now_text, window_text, browser_lifetime_ms, account = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local attempt, browser_limit, address_limit, account_limit = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local accounts_limit = ARGV[9]

local now, window = tonumber(now_text), tonumber(window_text)
local oldest = now - tonumber(browser_lifetime_ms)
local since = redis.call('ZSCORE', known_accounts, account)
local counted
if since and tonumber(since) > oldest then
  counted = {{failures_of_browser, tonumber(browser_limit), attempt}}
elseif redis.call('ZCOUNT', known_accounts, '(' .. oldest, '+inf') > 0 then
  counted = {
    {failures_of_browser, tonumber(browser_limit), attempt},
    {failures_of_colleagues, tonumber(account_limit), attempt},
    {accounts_of_browser, tonumber(accounts_limit), account},
  }
else
  counted = {
    {failures_of_address, tonumber(address_limit), attempt},
    {failures_everywhere, tonumber(account_limit), attempt},
    {accounts_of_address, tonumber(accounts_limit), account},
  }
end

local longest = 0
for _, each in ipairs(counted) do
  local key, limit, member = each[1], each[2], each[3]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local count = redis.call('ZCARD', key)
  if count >= limit and not redis.call('ZSCORE', key, member) then
    local newest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
    longest = math.max(longest, tonumber(newest[2]) + window / limit - now)
  end
end
if longest > 0 then
  return math.ceil(longest)
end
for _, each in ipairs(counted) do
  redis.call('ZADD', each[1], now, each[3])
  redis.call('PEXPIRE', each[1], window)
end
return 0
