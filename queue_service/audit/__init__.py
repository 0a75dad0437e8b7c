"""The audit log as administrators read it: found, taken out as a file, sent on, and expired.

``store/audit_log.py`` writes it, together with the changes it is about; ``docs/audit.md`` says what
is recorded and what is guaranteed.
"""
