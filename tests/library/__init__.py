"""A whole day of a library, for the test of every output of it."""
