"""Events and their table."""
