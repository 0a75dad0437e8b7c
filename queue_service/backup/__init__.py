"""A copy of the whole service in one file, and the way back from it."""
