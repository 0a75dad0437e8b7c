"""Counters served by video: the next visit over several branches, and the connection of two
pages."""
