"""A branch: its configuration, its calendar and its opening hours."""
