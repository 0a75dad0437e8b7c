"""A whole day of a library, for the test of what every outlet tells of it."""
