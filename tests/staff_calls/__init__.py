"""Calls to staff."""
