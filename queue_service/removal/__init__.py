"""Removing a branch with all it has."""
