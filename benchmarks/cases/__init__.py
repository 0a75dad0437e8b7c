"""One module for each promise; each gives rows for the table."""
