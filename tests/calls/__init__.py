"""Calls that somebody answers."""
