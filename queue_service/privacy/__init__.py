"""The table of stored data: every key, with its kind, its fields and for how long it is kept."""
