"""A whole day of a library, for the test of what every output shows of it."""
