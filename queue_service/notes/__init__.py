"""Notes on dates."""
