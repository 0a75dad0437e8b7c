"""The regression of waits: fitted each night, and used where it does better than the table."""
