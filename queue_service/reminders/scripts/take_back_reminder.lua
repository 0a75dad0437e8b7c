-- Take back the reminder of a visit: its address goes.
--
-- KEYS[1] reminders hash   ARGV[1] the visit's id
-- Gives ''

forget_address(KEYS[1], ARGV[1])
return ''
